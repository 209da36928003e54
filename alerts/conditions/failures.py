"""Failures taken together: a class that fails too often, too large a share of calls, too much money held up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from alerts.conditions.condition import Condition, plain
from analytics import failures
from analytics.context import Context
from analytics.failures.rates import rates
from analytics.failures.rows import FailureGroup
from analytics.words import duration, money, percent
from domain.conditions import FailureCount, FailureDollars, FailureRate
from domain.interval import Interval
from domain.slas import Severity

_MOST = 10_000


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
