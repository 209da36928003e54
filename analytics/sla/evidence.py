"""What is known of instances that missed their due time: steps reached, failures, correlation ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analytics.context import Context
from domain.flows import Flow, Milestone
from store.query import Query

_MILESTONES = Query.beside(__file__, "instance_evidence.sql")
_FAILURES = Query.beside(__file__, "instance_failures.sql")
_CAUSES_BEFORE = timedelta(days=30)
_LISTED = 20

Level = tuple[str, str, str, str]


@dataclass
class Known:
    """Facts of one instance, its own first. `failure` is None when nothing failed."""

    reached: set[str] = field(default_factory=set)
    correlations: list[str] = field(default_factory=list)
    supplier: str = ""
    failure: Mapping[str, Any] | None = None

    def awaited(self, flow: Flow) -> Milestone | None:
        """The first required step after those reached, in the flow's order."""
        steps = flow.milestones
        done = max((n for n, step in enumerate(steps) if step.id in self.reached), default=-1)
        return next((step for step in steps[done + 1 :] if not step.optional), None)


class Evidence:
    """Evidence of a flow's instances, fetched for all of them at once."""

    def __init__(self, context: Context, flow: Flow, instances: Sequence[Mapping[str, Any]]) -> None:
        keys = sorted({row["key"] for row in instances})
        since: datetime = min(row["due"] for row in instances) - _CAUSES_BEFORE
        self._steps = {
            (row["authority"], row["key"], row["facility"], row["item"]): row
            for row in context.store.records(
                _MILESTONES, flow=flow.id, keys=keys, per_facility=int(flow.per_facility), per_line=int(flow.per_line)
            )
        }
        self._failures: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in context.store.records(_FAILURES, key_type=flow.key, keys=keys, since=since):
            self._failures[row["key"]].append(row)

    def of(self, instance: Mapping[str, Any]) -> Known:
        """What its own and coarser evidence says of an instance (a row with authority, key, facility_id and item_id)."""
        known = Known()
        for level in _levels(instance):
            row = self._steps.get(level)
            if row is not None:
                known.reached |= set(row["reached"])
                known.correlations += row["correlations"]
                known.supplier = known.supplier or row["supplier"]
        known.failure = self._failure(instance)
        if known.failure is not None:
            known.correlations = [*known.failure["correlations"], *known.correlations]
        known.correlations = list(dict.fromkeys(known.correlations))[:_LISTED]
        return known

    def _failure(self, instance: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A failure of the same item and place, else of the same item, place or key where the failure names no more."""
        fitting = [
            row
            for row in self._failures.get(instance["key"], ())
            if _fits(row["facility"], instance["place"]) and _fits(row["item"], instance["item_id"])
        ]
        return max(fitting, key=lambda row: (bool(row["item"]), bool(row["facility"])), default=None)


def _levels(instance: Mapping[str, Any]) -> Iterator[Level]:
    authority, key = instance["authority"], instance["key"]
    places = dict.fromkeys((instance["facility_id"], ""))
    items = dict.fromkeys((instance["item_id"], ""))
    return ((authority, key, place, item) for place in places for item in items)


def _fits(said: str, own: str) -> bool:
    return not said or not own or said == own
