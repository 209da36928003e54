"""Service levels: open breaches, burn-rate tiers, budgets spent, at risk and certain to be missed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.conditions.condition import Condition, plain
from alerts.conditions.open_failures import LOOK_BACK, named
from analytics import sla
from analytics.context import Context
from analytics.sla.budget_rows import Budget, Tier
from analytics.sla.rows import Breach
from analytics.words import breach_sentence, duration, percent
from domain.budgets import Urgency
from domain.conditions import BreachAtRisk, BudgetSpent
from domain.configuration import Configuration
from domain.interval import Interval
from domain.slas import Severity


def breaches(context: Context, known: Mapping[str, datetime]) -> Iterator[Condition]:
    """Breaches on record that are not closed; of open incidents however old."""
    horizon = context.now - LOOK_BACK
    since = min((horizon, *(opened for name, opened in known.items() if name.startswith("breach|"))))
    interval = Interval(since - timedelta(seconds=1), context.now + timedelta(minutes=1))
    for breach in sla.breaches(context, interval, open_only=True):
        yield from_breach(breach, context.configuration)


def from_breach(breach: Breach, configuration: Configuration) -> Condition:
    """A breach of an instance is about the instance's contract, PO or invoice; of an SLA as a whole, about the SLA."""
    known = breach.attributes
    flow = configuration.flow(known.get("flow", ""))
    instance = named(flow.key, known.get("key", ""), known.get("authority", ""), configuration) if flow else ""
    contract = known.get("contract", "")
    failure_class = known.get("failure_class", "")
    remedy = configuration.failure_class(failure_class)
    return Condition(
        condition_id=f"breach|{breach.breach_id}",
        subject=instance or breach.subject or f"SLA {breach.sla_id}",
        severity=Severity(breach.severity),
        finding=breach_sentence(breach, configuration),
        opened=breach.opened,
        recent=breach.opened,
        owner=breach.owner,
        remedy=remedy.remedy if remedy else "",
        interface=known.get("interface", ""),
        failure_class=failure_class,
        sla_id=breach.sla_id,
        flow=known.get("flow", ""),
        facilities=(breach.facility_id,) if breach.facility_id else (),
        contracts=(contract,) if contract else (),
        items=(known["item"],) if known.get("item") else (),
        correlation_id=breach.evidence[0] if breach.evidence else "",
        about=(instance,) if instance else (),
        correlation_ids=breach.evidence if instance else (),
        kind="breach",
        party=known.get("party", ""),
        runbook=(remedy.runbook or "") if remedy else "",
    )


def burn(budgets: Iterable[Budget], context: Context) -> Iterator[Condition]:
    """The most urgent tier of each SLA that fires. A frozen tier stays as it was: too little was seen to say otherwise."""
    for budget in budgets:
        firing = [tier for tier in budget.tiers if tier.firing]
        if not firing:
            continue
        worst = max(firing, key=lambda tier: (_pages(budget, tier, context), tier.threshold))
        severity = Severity.CRITICAL if _pages(budget, worst, context) else Severity.WARNING
        pace = f"{worst.long_burn:.1f} times" if worst.long_burn is not None else "more than"
        text = (
            f'"{budget.name}" burns its error budget {pace} as fast as it may ({worst.bad:,} of {worst.total:,} bad in '
            f"{duration(worst.long_seconds)}){_ends(budget)}."
        )
        opened = context.now - timedelta(seconds=worst.short_seconds)
        yield _of_sla("burn_rate", budget, severity, text, opened, context)


def _pages(budget: Budget, tier: Tier, context: Context) -> bool:
    configured = context.configuration.sla(budget.sla_id)
    named_so = (t for t in configured.tiers if t.name == tier.name) if configured else iter(())
    return next((t.urgency is Urgency.PAGE for t in named_so), False)


def _ends(budget: Budget) -> str:
    left = budget.exhausted_in_seconds
    return "" if left is None else "; the budget is spent" if left <= 0 else f"; at this pace it is spent in {duration(left)}"


def spent(budgets: Iterable[Budget], context: Context, rule: BudgetSpent) -> Iterator[Condition]:
    """Budgets of which a share is spent: one condition per SLA and window, whose severity rises."""
    for budget in budgets:
        if budget.consumed is None or budget.total < rule.min_total or budget.consumed < rule.info:
            continue
        severity = (
            Severity.CRITICAL
            if budget.consumed >= rule.critical
            else Severity.WARNING if budget.consumed >= rule.warning else Severity.INFO
        )  # fmt: skip
        text = f'"{budget.name}" has spent {percent(budget.consumed)} of its error budget ({budget.total - budget.good:,} of {budget.total:,} bad){_ends(budget)}.'
        yield _of_sla("budget", budget, severity, text, context.now, context)


def at_risk(budgets: Iterable[Budget], context: Context, rule: BreachAtRisk) -> Iterator[Condition]:
    """SLAs that hold and, at the present pace, soon will not."""
    for budget in budgets:
        left, ends = budget.left, budget.exhausted_in_seconds
        if left is None or ends is None or not 0 < left <= rule.budget_left or budget.total < rule.min_total or budget.frozen:
            continue
        if ends <= rule.exhausted_within.total_seconds():
            text = f'"{budget.name}" is at risk: {percent(left)} of its error budget is left{_ends(budget)}.'
            yield _of_sla("breach_at_risk", budget, Severity.WARNING, text, context.now, context)


def certain(budgets: Iterable[Budget], context: Context) -> Iterator[Condition]:
    """SLAs whose calendar period nothing that can still come will save."""
    for budget in budgets:
        if budget.certain:
            text = f'"{budget.name}" will be missed: nothing that can still come by the period\'s end saves it ({budget.good:,} of {budget.total:,} good so far).'
            yield _of_sla("breach_certain", budget, Severity.CRITICAL, text, context.now, context)


def _of_sla(kind: str, budget: Budget, severity: Severity, text: str, opened: datetime, context: Context) -> Condition:
    configured = context.configuration.sla(budget.sla_id)
    found = plain(f"{kind}|{budget.sla_id}", kind, f"SLA {budget.sla_id}", severity, text, opened, context.now)
    return replace(
        found,
        sla_id=budget.sla_id,
        owner=configured.owner if configured else "",
        interface=str(getattr(configured, "interface", "")),
        flow=str(getattr(configured, "flow", "")),
        party=budget.party,
        about=(f"SLA {budget.sla_id}",),
    )
