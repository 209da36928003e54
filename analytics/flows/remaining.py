"""What is left at each step: the empirical distribution over instances that completed lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from analytics.context import Context
from analytics.flows.plan import definition, microseconds, shape
from domain.flows import Flow
from store.query import Query

_READ = Query.beside(__file__, "remaining.sql")
_FILL = Query.beside(__file__, "fill_remaining.sql")
_LOOK_BACK = timedelta(days=180)
_NEWEST = Query(
    "flows/remaining_newest",
    "SELECT max(computed) FROM flow_remaining WHERE flow = {flow:String} AND definition = {definition:String}",
)
_GOOD_FOR = timedelta(minutes=10)
# Below this many completed instances nothing is said of the rest.
LEAST_SAMPLES = 20


def remaining(context: Context, flow: Flow) -> list[list[float]]:
    """For each step of `flow`, 101 ascending quantiles of the seconds that were left when it began to be waited for; [] when unknown."""
    rows = context.store.records(_READ, flow=flow.id, definition=definition(context, flow), least=LEAST_SAMPLES)
    known = {row["step"]: list(row["seconds"]) for row in rows}
    return [known.get(number, []) for number in range(1, len(flow.milestones) + 1)]


def refresh(context: Context, flow: Flow, stamp: datetime) -> None:
    """Compute the distribution of `flow` anew, from what completed in the last 180 days, unless it is of the last ten minutes."""
    newest = context.store.value(_NEWEST, flow=flow.id, definition=definition(context, flow))
    if newest is not None and timedelta(0) <= stamp - newest < _GOOD_FOR:
        return
    since = microseconds(context.now - _LOOK_BACK)
    context.store.run(_FILL, **shape(context, flow), since_us=max(1, since), computed=stamp)
