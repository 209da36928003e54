"""Failures: an object that fails, a class that fails too often, too large a share of calls, too much money held up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from alerts.conditions.condition import Condition, plain
from analytics import failures
from analytics.context import Context
from analytics.failures.rates import rates
from analytics.failures.rows import FailureGroup
from analytics.words import duration, failure_sentence, money, percent
from domain.conditions import FailureCount, FailureDollars, FailureOpen, FailureRate
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

    def ask(self, context: Context, known: Mapping[str, datetime]) -> tuple[Condition, ...]:
        """`known` tells since when the conditions of open incidents are open: those are sought however old they are, so
        that an incident never ends because its failure left the horizon."""
        now = context.now
        if self._looked is None or not timedelta(0) <= now - self._looked < self._rule.whole_every:
            self._found, self._looked = dict(self._whole(context, known)), now
            return tuple(condition for condition, _ in self._found.values())
        lately = dict(self._asked(context, Interval(now - _NEWS, now + timedelta(minutes=1))))
        if len(self._found) <= _FOLLOWED and self._found:
            objects = sorted({thing for _, thing in self._found.values()})
            still = dict(self._asked(context, self._interval(context, known), objects))
            self._found = {name: found for name, found in self._found.items() if name in still or name in lately}
        for name, found in lately.items():
            before = self._found.get(name)
            self._found[name] = _renewed(before, found) if before else found
        return tuple(condition for condition, _ in self._found.values())

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


def count(context: Context, rule: FailureCount) -> Iterator[Condition]:
    """Classes that failed for too many different records at an interface."""
    groups = failures.groups(context, _until_now(context, rule.within), limit=_MOST)
    by_cause: dict[tuple[str, str], list[FailureGroup]] = defaultdict(list)
    for group in groups:
        by_cause[group.interface_id, group.failure_class].append(group)
    for (interface, failure_class), found in by_cause.items():
        records = sum(group.records or group.count for group in found)
        if records >= rule.at_least:
            text = f"{records:,} records failed with {_said(failure_class, context)} at {_where(interface, context)} in {duration(rule.within.total_seconds())}."
            yield _of_class("failure_count", interface, failure_class, text, found, context)


def rate(context: Context, rule: FailureRate) -> Iterator[Condition]:
    """Interfaces of whose calls too large a share fails."""
    for one in rates(context, _until_now(context, rule.within)):
        if one.spans < rule.min_total or one.errors < rule.min_failed or one.errors / one.spans < rule.share:
            continue
        text = f"{percent(one.errors / one.spans)} of the calls of {_where(one.interface_id, context)} failed in {duration(rule.within.total_seconds())} ({one.errors:,} of {one.spans:,})."
        configured = context.configuration.interface(one.interface_id)
        severity = Severity.CRITICAL if configured and configured.tier == 1 else Severity.WARNING
        found = plain(
            f"failure_rate|{one.interface_id}",
            "failure_rate",
            f"interface {one.interface_id}",
            severity,
            text,
            one.first_failure,
            one.last_failure,
        )
        yield replace(found, interface=one.interface_id, owner=configured.owner if configured else "")


def dollars(context: Context, rule: FailureDollars) -> Iterator[Condition]:
    """Classes whose open failures at an interface hold up too much money."""
    interval = _until_now(context, rule.within)
    open_groups = {g.item_id: g for g in failures.groups(context, interval, state="open", limit=_MOST)}
    if not open_groups:
        return
    currency = context.configuration.organisation.currency
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for affected in failures.affected(context, interval, item_ids=sorted(open_groups)):
        group = open_groups[affected.item_id]
        held[group.interface_id, group.failure_class] += sum(
            (a.amount for a in affected.amounts if a.currency == currency), Decimal()
        )
    for (interface, failure_class), amount in held.items():
        if amount >= rule.at_least:
            found = [g for g in open_groups.values() if (g.interface_id, g.failure_class) == (interface, failure_class)]
            text = f"{money(amount, currency)} is held up by {_said(failure_class, context)} at {_where(interface, context)}."
            yield replace(_of_class("failure_dollars", interface, failure_class, text, found, context), dollars=amount)


def _of_class(kind: str, interface: str, failure_class: str, text: str, found: list[FailureGroup], context: Context) -> Condition:
    configured = context.configuration.failure_class(failure_class)
    severity = configured.severity if configured else Severity.WARNING
    opened, recent = min(g.first_seen for g in found), max(g.last_seen for g in found)
    base = plain(f"{kind}|{interface}|{failure_class}", kind, f"{interface} {failure_class}", severity, text, opened, recent)
    return replace(
        base,
        interface=interface,
        failure_class=failure_class,
        owner=configured.owner if configured else "",
        remedy=configured.remedy if configured else "",
        runbook=(configured.runbook or "") if configured else "",
        facilities=tuple(sorted({f for g in found for f in g.facilities})),
    )


def _until_now(context: Context, within: timedelta) -> Interval:
    return Interval(context.now - within, context.now + timedelta(seconds=1))


def _said(failure_class: str, context: Context) -> str:
    configured = context.configuration.failure_class(failure_class)
    return configured.name if configured else failure_class


def _where(interface: str, context: Context) -> str:
    configured = context.configuration.interface(interface)
    return configured.name if configured else interface or "an unnamed interface"
