"""While history is being brought in, what is not there yet may only be late: such conclusions wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from alerts.conditions.condition import Condition
from analytics.context import Context
from domain import conditions as rules
from store.query import Query

log = structlog.get_logger("alerts")
_ARRIVING = Query.beside(__file__, "history_arriving.sql")
_MINUTE = timedelta(minutes=1)
_LATELY, _FRESH = 2 * _MINUTE, timedelta(seconds=10)
# Fewer old records than this in a minute are a late sender, not a history.
_BULK, _OLD = 500, timedelta(hours=1)
# Kinds that also conclude from what is missing. A refusal or a full queue is a fact whenever it arrives.
_WAITING = (
    rules.BurnRate, rules.OpenBreach, rules.BreachAtRisk, rules.BreachCertain, rules.BudgetSpent, rules.Batch, rules.Completeness,
)  # fmt: skip


@dataclass
class History:
    """Whether history arrives, asked every ten seconds at most."""

    context: Context
    asked: datetime | None = None
    arriving: bool = False

    def held_back(
        self, rule: rules.ConditionBase, found: Iterable[Condition], known: Mapping[str, datetime]
    ) -> tuple[Condition, ...]:
        """Without new conditions of kinds that wait; those of open incidents stay."""
        if not isinstance(rule, _WAITING) or not self._arrives():
            return tuple(found)
        return tuple(condition for condition in found if condition.condition_id in known)

    def _arrives(self) -> bool:
        now = self.context.now
        if self.asked is None or not timedelta(0) <= now - self.asked < _FRESH:
            before, self.arriving, self.asked = self.arriving, self._asked(now), now
            if before is not self.arriving:
                log.info(
                    "history arrives: new conditions that rest on what is missing wait" if self.arriving else "no history arrives"
                )
        return self.arriving

    def _asked(self, now: datetime) -> bool:
        """Not for longer than `alerting.history_wait`: a source that always tells old things must not silence anything for ever."""
        longest = self.context.configuration.alerting.history_wait
        if longest <= timedelta(0):
            return False
        start = now - longest - _MINUTE
        rows = self.context.store.records(_ARRIVING, start=start, now=now, bulk=_BULK, old_seconds=_OLD.total_seconds())
        return bool(rows) and rows[-1]["minute"] >= now - _LATELY and len(rows) <= longest // _MINUTE
