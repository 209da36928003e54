"""Bringing flow_instances up to what was received: by changed keys, in pieces, from where the last run stopped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from analytics.context import Context
from analytics.flows import crosswalks, remaining
from analytics.flows.plan import definition, known, shape, text
from analytics.sla import calendars
from analytics.sla.progress import NEVER
from domain.flows import Flow
from store.query import Query

_PROGRESS = Query.beside(__file__, "progress.sql")
_NEXT_PIECE = Query.beside(__file__, "next_piece.sql")
_NEWEST_EVIDENCE = Query.beside(__file__, "newest_evidence.sql")
# Evidence is stamped on receipt and committed a little later, so the watermark stays this far behind the clock.
_COMMIT_LAG = timedelta(seconds=30)
_HEARTBEAT = timedelta(minutes=10)
_PIECE = "milestones.key > {after:String} AND ({upto:String} = '' OR milestones.key <= {upto:String})"
_RECEIVED = "changed.received > {since:DateTime64(3,'UTC')}"
# Crosswalks received since give old evidence another name.
_NAMES = "(SELECT other_value FROM crosswalks WHERE crosswalks.received > {since:DateTime64(3,'UTC')})"
_RECEIVED_OR_RENAMED = f"({_RECEIVED} OR changed.item_id IN {_NAMES} OR changed.facility_id IN {_NAMES})"
_CHANGED = (
    "milestones.key > {after:String} AND milestones.key <= {upto:String} AND milestones.key IN (SELECT changed.key"
    " FROM current_milestones AS changed WHERE changed.flow = {flow:String} AND /*changed*/"
    " AND changed.key > {after:String} AND changed.key <= {upto:String})"
)
MILESTONES_AT_ONCE = 2_000_000
KEYS_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one flow is computed: everything received up to `watermark`; of the pass begun at `begun`, keys up to `after_key`."""

    flow: str
    definition: str
    watermark: datetime
    after_key: str
    passing: int
    begun: datetime
    instances: int
    recorded: datetime


def catch_up(context: Context, *, milestones_at_once: int = MILESTONES_AT_ONCE, keys_at_once: int = KEYS_AT_ONCE) -> int:
    """Recompute the instances whose evidence changed since the last run; returns how many pieces that took.

    Idempotent. A run that was cut off is continued at the next piece. Everything is computed anew, once, when a flow, its
    calendar or the generation of rules changed.
    """
    calendars.ensure_filled(context)
    crosswalks.keep_configured(context)
    renamed = crosswalks.newest(context)
    at = {p.flow: p for p in context.store.rows(_PROGRESS, Progress)}
    # Before it is looked what changed: what comes later belongs to the next pass.
    begun = context.now - _COMMIT_LAG
    newest = _newest_evidence(context, at)
    pieces = 0
    for flow in context.configuration.flows:
        one = _Pass(context, flow, at.get(flow.id), (milestones_at_once, keys_at_once), renamed)
        pieces += one.run(begun, newest.get(flow.id, NEVER))
    return pieces


def _newest_evidence(context: Context, at: dict[str, Progress]) -> dict[str, datetime]:
    """When evidence of each flow was last received, as far as that is after the earliest watermark: one look for all flows."""
    since = min((progress.watermark for progress in at.values()), default=NEVER)
    return {row["flow"]: row["received"] for row in context.store.records(_NEWEST_EVIDENCE, since=since)}


class _Pass:
    """One flow brought up to date."""

    def __init__(
        self, context: Context, flow: Flow, last: Progress | None, sizes: tuple[int, int], renamed: datetime | None
    ) -> None:
        current = definition(context, flow)
        self._context, self._flow = context, flow
        self._sizes, self._renamed = sizes, renamed
        recorded = last.recorded if last else NEVER
        if last is None or last.definition != current:
            last = Progress(flow.id, current, NEVER, "", 0, NEVER, 0, recorded)
        self._at = last

    def run(self, begun: datetime, newest: datetime) -> int:
        """Pieces computed, of everything received up to `begun`; `newest`: when evidence of the flow was last received."""
        if not self._at.passing:
            self._at = replace(self._at, passing=1, begun=max(begun, self._at.watermark), after_key="")
        quiet = newest <= self._at.watermark and not self._whole and not self._at.after_key and not self._has_new_names
        pieces, upto = 0, None if quiet else self._next()
        while upto is not None:
            self._compute(upto)
            pieces += 1
            if upto == "":
                break
            self._record(after_key=upto)
            upto = self._next()
        if pieces:
            remaining.refresh(self._context, self._flow, self._at.recorded)
        if pieces or self._at.begun - self._at.watermark > _HEARTBEAT:
            self._record(passing=0, after_key="", watermark=self._at.begun)
        return pieces

    @property
    def _changed(self) -> str:
        return _RECEIVED_OR_RENAMED if self._has_new_names else _RECEIVED

    @property
    def _has_new_names(self) -> bool:
        return self._renamed is not None and self._renamed > self._at.watermark

    @property
    def _whole(self) -> bool:
        return self._at.watermark == NEVER

    def _next(self) -> str | None:
        """The last key of the next piece: '' for all the rest, None when there is no more."""
        given = {"flow": self._flow.id, "after": self._at.after_key}
        if self._whole:
            return str(self._context.store.value(_NEXT_PIECE, most=self._sizes[0], **given) or "")
        asked = Query("flows/next_keys", text("next_keys.sql").replace("/*changed*/", self._changed))
        found = self._context.store.records(asked, since=self._at.watermark, most=self._sizes[1], **given)[0]
        return found["upto"] if found["keys"] else None

    def _compute(self, upto: str) -> None:
        stamp = self._stamp()
        given: dict[str, Any] = {**shape(self._context, self._flow), "after": self._at.after_key, "upto": upto, "computed": stamp}
        if not self._whole:
            given["since"] = self._at.watermark
        which = _PIECE if self._whole else _CHANGED.replace("/*changed*/", self._changed)
        fill = (
            text("fill.sql")
            + known(self._flow, which, renamed=self._renamed is not None)
            + text("attributed.sql", "calendar.sql", "recompute.sql")
        )
        self._context.store.run(Query("flows/recompute", fill), **given)
        if self._flow.in_levels and not self._whole:
            self._context.store.run(Query("flows/superseded", text("superseded.sql").replace("/*which*/", which)), **given)
        self._at = replace(self._at, recorded=stamp)

    def _stamp(self) -> datetime:
        """Later than every stamp before, whatever the clock says: the newest row of an instance counts."""
        return max(self._context.now, self._at.recorded + timedelta(microseconds=1))

    def _record(self, **changes: Any) -> None:
        self._at = replace(self._at, recorded=self._stamp(), **changes)
        row = {name: getattr(self._at, name) for name in Progress.__slots__}
        self._context.store.insert("flow_progress", [row])
