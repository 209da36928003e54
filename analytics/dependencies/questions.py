"""Who calls whom, who was not expected to, and what work falls back on while a dependency is away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from analytics.context import Context
from analytics.dependencies.rows import Edge, OnLastPrices, OrdersMeanwhile, Standing
from domain.configuration import Configuration
from domain.handovers import Fallback
from domain.interval import Interval
from store.query import Query

EDGES = Query.beside(__file__, "edges.sql")
AWAY = Query.beside(__file__, "away.sql")
MEANWHILE = Query.beside(__file__, "meanwhile.sql")
AS_OF = Query.beside(__file__, "as_of.sql")
# One failed call says little: an interface is away when this many in a row failed.
_LEAST_FAILED = 3


def edges(context: Context, interval: Interval, *, by_version: bool = False, limit: int = 1_000) -> tuple[Edge, ...]:
    """Calls between services, most first, to the five minutes; with `by_version` those that name an API version, apart."""
    seconds = max(interval.length.total_seconds(), 1.0)
    found = context.store.rows(
        EDGES,
        Edge,
        start=interval.start,
        end=interval.end,
        seconds=seconds,
        by_version=int(by_version),
        limit=limit,
        **context.scope.parameters(),
    )
    judge = _Judge(context.configuration)
    return tuple(replace(edge, standing=judge.standing(edge)) for edge in found)


def undeclared(context: Context, interval: Interval) -> tuple[Edge, ...]:
    """Calls the configured landscape does not know: other callers, callees, or pairs without an interface."""
    return tuple(e for e in edges(context, interval) if e.standing not in (Standing.DECLARED, Standing.INTERNAL))


def troubled(context: Context, interval: Interval) -> tuple[Edge, ...]:
    """Calls that were throttled or refused for want of authentication, most first."""
    found = (e for e in edges(context, interval) if e.throttled or e.refused)
    return tuple(sorted(found, key=lambda e: -(e.throttled + e.refused)))


def on_last_prices(context: Context, interval: Interval) -> tuple[OnLastPrices, ...]:
    """Each time an interface of a configured fallback was away for longer than it allows, newest first.

    Away: three calls or more failed and none succeeded between them. It began in the minute of the first failed one.
    """
    fallbacks = context.configuration.fallbacks
    named = sorted({id for one in fallbacks for id in one.interfaces})
    if not named:
        return ()
    end = min(interval.end, context.now)
    gone = context.store.rows(AWAY, _Away, interfaces=named, start=interval.start, end=end, least=_LEAST_FAILED)
    told = (_told(context, one, stretch) for one in fallbacks for stretch in _joined(one, gone, end))
    return tuple(sorted(told, key=lambda row: row.started, reverse=True))


@dataclass(frozen=True, slots=True)
class _Away:
    interface_id: str
    started: datetime
    ended: datetime | None
    failed_calls: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    interfaces: tuple[str, ...]
    started: datetime
    ended: datetime | None
    failed_calls: int


def _joined(fallback: Fallback, gone: tuple[_Away, ...], until: datetime) -> list[_Stretch]:
    """Absences of the fallback's interfaces that overlap are one; those as short as it allows are left out."""
    found: list[_Stretch] = []
    for away in (a for a in gone if a.interface_id in fallback.interfaces and (a.ended or until) - a.started > fallback.after):
        last = found[-1] if found else None
        if last is not None and (last.ended is None or away.started <= last.ended):
            ended = None if last.ended is None or away.ended is None else max(last.ended, away.ended)
            names = tuple(sorted({*last.interfaces, away.interface_id}))
            found[-1] = _Stretch(names, last.started, ended, last.failed_calls + away.failed_calls)
        else:
            found.append(_Stretch((away.interface_id,), away.started, away.ended, away.failed_calls))
    return found


def _told(context: Context, fallback: Fallback, stretch: _Stretch) -> OnLastPrices:
    scope, ended = context.scope.parameters(), stretch.ended or context.now
    meanwhile = context.store.rows(MEANWHILE, OrdersMeanwhile, started=stretch.started, ended=ended, **scope)
    return OnLastPrices(
        fallback=fallback.id,
        name=fallback.name,
        interfaces=stretch.interfaces,
        flows=fallback.flows,
        started=stretch.started,
        ended=stretch.ended,
        failed_calls=stretch.failed_calls,
        prices_as_of=context.store.value(AS_OF, started=stretch.started),
        meanwhile=meanwhile,
    )


class _Judge:
    """Services to systems, systems to the interfaces between them."""

    def __init__(self, configuration: Configuration) -> None:
        self._system = {name: s.id for s in configuration.systems for name in (s.id, *s.services)}
        self._pairs = {(i.source, i.target) for i in configuration.interfaces}
        self._source = {i.id: i.source for i in configuration.interfaces}

    def standing(self, edge: Edge) -> Standing:
        caller, callee = self._system.get(edge.caller), self._system.get(edge.callee)
        if not edge.caller:
            return Standing.UNKNOWN_CALLER
        if caller is None:
            return Standing.UNDECLARED_CALLER
        if self._source.get(edge.callee_interface) == caller or (caller, callee) in self._pairs:
            return Standing.DECLARED
        if callee is None:
            return Standing.UNDECLARED_CALLEE
        return Standing.INTERNAL if caller == callee else Standing.UNDECLARED_PAIR
