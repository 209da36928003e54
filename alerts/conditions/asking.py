"""Asks each rule at its own pace; an answer stands until the next, and a question that fails resolves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from alerts.conditions import failures as failing
from alerts.conditions import service_levels, systems, work
from alerts.conditions.condition import Condition, labels_of
from alerts.conditions.history import History
from alerts.conditions.open_failures import OpenFailures
from analytics import sla
from analytics.context import Context
from analytics.sla.budget_rows import Budget
from domain import conditions as rules
from domain.matchers import all_match
from store.errors import StoreError, StoreUnavailable

log = structlog.get_logger("alerts")
_BUDGETS_FRESH = timedelta(seconds=10)
Ask = Callable[[Context, Mapping[str, datetime]], Iterable[Condition]]


@dataclass
class _Asked:
    """A rule, how it is asked, its last answer, and since when each condition that must last is seen."""

    rule: rules.ConditionBase
    ask: Ask
    at: datetime | None = None
    answer: tuple[Condition, ...] = ()
    seen: dict[str, datetime] = field(default_factory=dict)


class Conditions:
    """Everything open now that may be alerted on. Holds answers between rounds; made anew with the configuration."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._budgets: tuple[datetime, tuple[Budget, ...]] | None = None
        self._history = History(context)
        in_force = rules.in_force(context.configuration.conditions)
        self._asked = [_Asked(rule, self._question(rule)) for rule in in_force]

    def open(self, known: Mapping[str, datetime]) -> tuple[Condition, ...]:
        """What is open, asking what is due. `known`: conditions of open incidents, and since when these are open.

        Raises StoreUnavailable: then nothing is known, which is not the same as nothing open.
        """
        now = self._context.now
        for one in self._asked:
            if one.at is None or not timedelta(0) <= now - one.at < one.rule.every:
                self._renew(one, known, now)
        return tuple(condition for one in self._asked for condition in one.answer)

    @property
    def unanswered(self) -> frozenset[str]:
        """Kinds that no answer is known of: what is open of them stays open."""
        return frozenset(rules.kind_of(type(one.rule)) for one in self._asked if one.at is None)

    def _renew(self, one: _Asked, known: Mapping[str, datetime], now: datetime) -> None:
        try:
            found = tuple(self._seen_as(one.rule, condition) for condition in one.ask(self._context, known))
        except StoreUnavailable:
            raise
        except StoreError as error:
            log.warning("condition not asked", condition=one.rule.id, error=str(error).split("\n", 1)[0][:200])
            return
        wanted = [c for c in found if not one.rule.where or all_match(one.rule.where, labels_of(c, self._context.configuration))]
        told = self._history.held_back(one.rule, wanted, known)
        one.answer, one.at = self._lasting(one, told, known, now), now

    def _lasting(
        self, one: _Asked, found: tuple[Condition, ...], known: Mapping[str, datetime], now: datetime
    ) -> tuple[Condition, ...]:
        """Those that lasted long enough, or whose incident is open already."""
        if one.rule.lasting is None:
            return found
        one.seen = {c.condition_id: one.seen.get(c.condition_id, now) for c in found}
        return tuple(
            c for c in found if c.condition_id in known or now - min(one.seen[c.condition_id], c.opened) >= one.rule.lasting
        )

    def _seen_as(self, rule: rules.ConditionBase, condition: Condition) -> Condition:
        """What the rule says instead of the evidence."""
        if rule.severity is None and not rule.owner and not rule.runbook and not rule.labels:
            return condition
        return replace(
            condition,
            severity=rule.severity or condition.severity,
            owner=rule.owner or condition.owner,
            runbook=rule.runbook or condition.runbook,
            labels=tuple(sorted({**dict(condition.labels), **rule.labels}.items())),
        )

    def _question(self, rule: rules.ConditionBase) -> Ask:
        """How a rule is asked: a line for each kind."""
        match rule:
            case rules.FailureOpen():
                return OpenFailures(rule).ask
            case rules.OpenBreach():
                return service_levels.breaches
            case rules.BurnRate():
                return lambda context, _: service_levels.burn(self._all_budgets(), context)
            case rules.BudgetSpent():
                return lambda context, _: service_levels.spent(self._all_budgets(), context, rule)
            case rules.BreachAtRisk():
                return lambda context, _: service_levels.at_risk(self._all_budgets(), context, rule)
            case rules.BreachCertain():
                return lambda context, _: service_levels.certain(self._all_budgets(), context)
            case rules.SilentSource():
                return lambda context, _: systems.silent_sources(context)
            case rules.QueueStuck():
                return lambda context, _: systems.stuck(context)
        asked = _WITH_RULE[type(rule)]
        return lambda context, _: partial(asked, rule=rule)(context)

    def _all_budgets(self) -> tuple[Budget, ...]:
        """Four kinds read the same answer: it is asked once for all of them."""
        now = self._context.now
        if self._budgets is None or not timedelta(0) <= now - self._budgets[0] < _BUDGETS_FRESH:
            self._budgets = now, sla.budgets(self._context)
        return self._budgets[1]


_WITH_RULE: Mapping[type[rules.ConditionBase], Callable[..., Iterable[Condition]]] = {
    rules.FailureCount: failing.count,
    rules.FailureRate: failing.rate,
    rules.FailureDollars: failing.dollars,
    rules.FlowStuck: work.stuck,
    rules.FlowAtRisk: work.at_risk,
    rules.Batch: work.batch,
    rules.Completeness: work.missing,
    rules.QueueDrain: systems.draining,
    rules.QueueAge: systems.old,
    rules.Health: systems.health,
}
