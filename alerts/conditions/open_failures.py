"""Objects that fail and have not succeeded since: the whole now and then, in between what is new and what has ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.conditions.condition import Condition
from analytics import failures
from analytics.context import Context
from analytics.failures.rows import FailureGroup
from analytics.failures.stirring import stirring
from analytics.words import failure_sentence
from domain.conditions import FailureOpen
from domain.configuration import Configuration
from domain.interval import Interval
from domain.slas import Severity

LOOK_BACK = timedelta(days=30)
# As long as failures are kept.
_LOOK_BACK_AT_MOST = timedelta(days=1096)
# A failure that arrives later than this after it happened is found by the next whole look.
_NEWS = timedelta(minutes=10)
_MOST = 10_000
# Beyond this many known objects, their end is found by the next whole look.
_FOLLOWED = 500
_FAILURE = "failure|"


class OpenFailures:
    """Answers a FailureOpen rule: the whole now and then; in between only what failed lately and how the known objects stand."""

    def __init__(self, rule: FailureOpen) -> None:
        self._rule = rule
        self._looked: datetime | None = None
        self._found: dict[str, tuple[Condition, str]] = {}
        self._stirred: tuple[str, str] = ("", "")

    def ask(self, context: Context, known: Mapping[str, datetime]) -> tuple[Condition, ...]:
        """`known` tells since when the conditions of open incidents are open: those are sought however old they are, so
        that an incident never ends because its failure left the horizon."""
        now = context.now
        if self._looked is None or not timedelta(0) <= now - self._looked < self._rule.whole_every:
            stirred = self._stirring(context)
            self._found, self._looked = dict(self._whole(context, known)), now
            self._stirred = stirred[0], ""
            return tuple(condition for condition, _ in self._found.values())
        failed, answered = self._stirring(context)
        if failed != self._stirred[0] or answered != self._stirred[1]:
            self._look(context, known, failed != self._stirred[0])
            self._stirred = failed, answered
        return tuple(condition for condition, _ in self._found.values())

    def _look(self, context: Context, known: Mapping[str, datetime], failed: bool) -> None:
        """How the known objects stand and, where something failed, what is new."""
        news = Interval(context.now - _NEWS, context.now + timedelta(minutes=1))
        lately = dict(self._asked(context, news)) if failed else {}
        if len(self._found) <= _FOLLOWED and self._found:
            objects = sorted({thing for _, thing in self._found.values()})
            still = dict(self._asked(context, self._interval(context, known), objects))
            self._found = {name: found for name, found in self._found.items() if name in still or name in lately}
        for name, found in lately.items():
            before = self._found.get(name)
            self._found[name] = _renewed(before, found) if before else found

    def _stirring(self, context: Context) -> tuple[str, str]:
        """What tells whether to look; what names no object is looked at three times a minute."""
        found = list(self._found.values())[:_FOLLOWED]
        interfaces, objects = sorted({c.interface for c, _ in found}), sorted({thing for _, thing in found})
        failed, answered = stirring(context, context.now - _NEWS, interfaces, objects)
        return failed, f"{answered} {int(context.now.timestamp()) // 20}" if "" in objects else answered

    def _whole(self, context: Context, known: Mapping[str, datetime]) -> Iterator[tuple[str, tuple[Condition, str]]]:
        horizon = context.now - LOOK_BACK
        for name, found in self._asked(context, self._interval(context, known)):
            if found[0].recent >= horizon or name in known:
                yield name, found

    def _interval(self, context: Context, known: Mapping[str, datetime]) -> Interval:
        """From the oldest that is known or may be news. Reaches back only as far as it must: it is asked often."""
        oldest = context.now - _LOOK_BACK_AT_MOST
        since = min(
            (context.now - LOOK_BACK, *(max(opened, oldest) for name, opened in known.items() if name.startswith(_FAILURE)))
        )
        return Interval(since - timedelta(seconds=1), context.now + timedelta(minutes=1))

    def _asked(
        self, context: Context, interval: Interval, objects: list[str] | None = None
    ) -> Iterator[tuple[str, tuple[Condition, str]]]:
        alerting = {c.id for c in context.configuration.failure_classes if c.opens_incident}
        for group in failures.groups(context, interval, state="open", objects=objects or (), limit=_MOST):
            if group.failure_class in alerting:
                condition = from_failure(group, context.configuration)
                yield condition.condition_id, (condition, group.object)


def _renewed(before: tuple[Condition, str], found: tuple[Condition, str]) -> tuple[Condition, str]:
    """A short look back sees only the newest attempts: what is known of the older ones stays."""
    old, new = before[0], found[0]
    if old.recent == new.recent and set(new.facilities) <= set(old.facilities):
        return before
    return replace(old, recent=new.recent, facilities=tuple(sorted({*old.facilities, *new.facilities}))), before[1]


def from_failure(group: FailureGroup, configuration: Configuration) -> Condition:
    """A failure of a contract is about the contract; of anything else, about its object at its interface."""
    thing = named(group.object_type, group.object, group.supplier_id, configuration) if group.object else ""
    contracts = tuple(f"contract {contract}" for contract in group.contracts)
    configured = configuration.failure_class(group.failure_class)
    return Condition(
        condition_id=f"{_FAILURE}{group.interface_id}|{group.failure_class}|{group.object_type}|{group.object or group.operation}",
        subject=contracts[0] if len(contracts) == 1 else thing or f"{group.interface_id} {group.failure_class}",
        severity=Severity(group.severity or Severity.WARNING),
        finding=failure_sentence(group, configuration),
        opened=group.first_seen,
        recent=group.last_seen,
        owner=group.owner,
        remedy=group.remedy,
        interface=group.interface_id,
        failure_class=group.failure_class,
        sla_id="",
        flow="",
        facilities=group.facilities,
        contracts=group.contracts,
        items=group.items,
        correlation_id=group.correlation_ids[0] if group.correlation_ids else "",
        about=contracts or ((thing,) if thing else ()),
        correlation_ids=group.correlation_ids,
        runbook=(configured.runbook or "") if configured else "",
        labels=_labels(group),
    )


def _labels(group: FailureGroup) -> tuple[tuple[str, str], ...]:
    own = {"supplier": group.supplier_id}
    if group.object_type in ("purchase_order", "invoice", "supplier"):
        own[group.object_type] = group.object
    return tuple(sorted((name, value) for name, value in own.items() if value))


def named(key_type: str, value: str, authority: str, configuration: Configuration) -> str:
    """A business key as a subject; where issuers number independently, with its issuer: two suppliers' invoice 17 are two things."""
    known = next((k for k in configuration.key_types if k.id == key_type), None)
    issuer = f" of {authority}" if authority and known and known.authority_attribute else ""
    return f"{key_type} {value}{issuer}"
