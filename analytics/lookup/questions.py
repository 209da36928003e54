"""One search box: any business key, correlation id, trace id, batch run or file → the whole story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from analytics.context import Context
from analytics.lookup import finding, reading
from analytics.lookup.cursor import START, Cursor, read
from analytics.lookup.expansion import Reach, reach
from analytics.lookup.rows import Story, StoryKey
from store.query import Query

_RECENT = Query.beside(__file__, "recent_keys.sql")
_RECENT_WITHIN = timedelta(days=60)
PAGE = 200


def story(context: Context, searched: str, *, cursor: str | None = None, span_limit: int = PAGE) -> Story:
    """A page of everything known of `searched` across traces: its newest `span_limit` rows, spans and events together.

    `cursor` is that of the page before (CursorError for any other text). The search is taken as written, surrounding blanks
    apart. Only when nothing carries it are the other names that crosswalks give the same thing tried. A first page without spans
    and events knows nothing, and its finding says so.
    """
    wanted, place = searched.strip(), read(cursor)
    for name in (wanted, *_other_names(context, wanted)) if wanted else ():
        told = _told(context, name, place, span_limit)
        if told is not None:
            return told
    return Story(wanted, finding.nothing(wanted or "an empty search"), (), (), 0, (), False, ())


def page(context: Context, searched: str, *, cursor: str | None = None, limit: int = PAGE) -> Story:
    """The same rows without the sentence above them, and of no other name: what the drill-down benchmark measures."""
    return _page(context, searched, read(cursor), limit)[0]


def _told(context: Context, searched: str, place: Cursor, limit: int) -> Story | None:
    told, reached = _page(context, searched, place, limit)
    if place != START:
        return told
    if not told.spans and not told.events and told.cursor is None:
        return None
    if not told.spans and not told.events:
        return told
    return replace(told, finding=finding.finding(context, searched, reached, told.spans, told.events))


def _page(context: Context, searched: str, place: Cursor, limit: int) -> tuple[Story, Reach]:
    reached = reach(context, searched, place.block)
    found = reading.page(context, searched, reached, place, limit)
    places = sorted({f for f in (*(s.facility_id for s in found.spans), *(e.facility_id for e in found.events)) if f})
    after = found.after.written() if found.after else None
    told = Story(
        searched, "", reached.story_keys(), found.spans, found.totals.spans, found.events, after is not None, tuple(places),
        found.totals, after,
    )  # fmt: skip
    return told, reached


def _other_names(context: Context, searched: str) -> tuple[str, ...]:
    """Values that crosswalks in force today say are the same thing."""
    today = context.now.date()
    in_force = [
        c
        for c in context.configuration.crosswalks
        if (c.valid_from is None or c.valid_from <= today) and (c.valid_to is None or today <= c.valid_to)
    ]
    pairs = [pair for c in in_force for pair in ((c.value, c.other_value), (c.other_value, c.value))]
    return tuple(dict.fromkeys(other for one, other in pairs if one == searched))


def recent_keys(context: Context, *, limit: int = 8) -> tuple[StoryKey, ...]:
    """Correlation ids of the newest failures of the last sixty days: examples for an empty search box."""
    given = {"start": context.now - _RECENT_WITHIN, "end": context.now, "limit": limit}
    return context.store.rows(_RECENT, StoryKey, **given, **context.scope.parameters())
