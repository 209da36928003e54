"""Suppliers and items that are kept twice, or differently in different systems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from analytics.context import Context
from analytics.failures.rows import Amount
from analytics.masters.rows import MasterPair
from analytics.sla.progress import NEVER, record_jobs, watermark
from domain.interval import Interval
from domain.masters import BUILT_IN, Master
from store.generations import active_number
from store.query import Query

_COLLECTED = Query.beside(__file__, "collected.sql")
_FROM_EDI = Query.beside(__file__, "collected_from_edi.sql")
_PAIRS = Query.beside(__file__, "pairs.sql")
_KNOWN = Query.beside(__file__, "known_items.sql")
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_OVERLAP = timedelta(minutes=1)
_LOOK_BACK = timedelta(days=400)


def pairs(
    context: Context,
    interval: Interval,
    *,
    master: Literal["supplier", "item"] | None = None,
    item_ids: Sequence[str] = (),
    limit: int = 200,
) -> tuple[MasterPair, ...]:
    """Pairs told of in the interval, the most money first. A crosswalk counts while it is valid."""
    rows = context.store.records(
        _PAIRS, start=max(interval.start, _EPOCH), end=interval.end, master=master or "", item_ids=list(item_ids), limit=limit,
        **context.scope.parameters(),
    )  # fmt: skip
    return tuple(_pair(context, row) for row in rows)


def _pair(context: Context, row: dict[str, Any]) -> MasterPair:
    configured = context.configuration.failure_class(failure_class_of(context, row["master"]))
    amounts = tuple(Amount(currency, amount) for currency, amount in row["amounts"])
    told = row | {"amounts": amounts, "reasons": tuple(row["reasons"])}
    return MasterPair(**told, steward=configured.owner if configured else "", remedy=configured.remedy if configured else "")


def failure_class_of(context: Context, master: str) -> str:
    """The class whose owner keeps this kind of master."""
    return next((m.failure_class for m in _masters(context) if m.id == master), "")


def collect_masters(context: Context) -> None:
    """The job: take names and numbers from what was received since the last run, and open work items for new pairs."""
    now, configuration = context.now, context.configuration
    job = f"masters:{active_number(context.store)}"
    known = watermark(context, job)
    since = now - _LOOK_BACK if known == NEVER else known - _OVERLAP
    for master in _masters(context):
        context.store.run(
            _COLLECTED, master=master.id, flows=["", *(f.id for f in configuration.flows if f.key == master.id)], since=since, until=now,
            interfaces=["", *(i.id for i in configuration.interfaces)], systems=["", *(i.source for i in configuration.interfaces)],
            **_told_by(master),
        )  # fmt: skip
    context.store.run(_FROM_EDI, since=since, until=now)
    _open_items(context)
    record_jobs(context, {job: now})


def _open_items(context: Context) -> None:
    """One event per new pair; a pair that was resolved stays so."""
    found = pairs(context, Interval(context.now - _LOOK_BACK, context.now + timedelta(minutes=1)), limit=5_000)
    known = {row["item_id"] for row in context.store.records(_KNOWN, item_ids=[p.item_id for p in found])} if found else set()
    rows = [
        {
            "item_id": pair.item_id, "time": context.now, "kind": "event", "action": "opened", "actor": "supplyscope", "value": pair.kind,
            "about": "duplicate", "failure_class": failure_class_of(context, pair.master), "object_type": pair.master,
            "object": pair.id if pair.id == pair.other_id else f"{pair.id} | {pair.other_id}",
        }
        for pair in found if pair.item_id not in known
    ]  # fmt: skip
    context.store.insert("work_item_events", rows)


def _masters(context: Context) -> tuple[Master, ...]:
    configured = context.configuration.masters
    ids = {m.id for m in configured}
    return (*configured, *(m for m in BUILT_IN if m.id not in ids))


def _told_by(master: Master) -> dict[str, list[str]]:
    """Schemes ('' the name) and the attributes that tell them, in the same order."""
    told = [("", name) for name in master.names]
    told += [(scheme, attribute) for scheme, attributes in master.identifiers.items() for attribute in attributes]
    return {"schemes": [scheme for scheme, _ in told] or [""], "attributes": [attribute for _, attribute in told] or [""]}
