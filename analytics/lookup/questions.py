"""One search box: any business key, correlation id, trace id, batch run or file → the whole story."""

from __future__ import annotations

from datetime import timedelta

from analytics.context import Context
from analytics.lookup import finding, reading
from analytics.lookup.expansion import reach
from analytics.lookup.rows import Story, StoryKey
from store.query import Query

_RECENT = Query.beside(__file__, "recent_keys.sql")
_RECENT_WITHIN = timedelta(days=60)


def story(context: Context, searched: str, *, span_limit: int = 500) -> Story:
    """Everything known of `searched` across traces: the newest `span_limit` spans, and all events in time order.

    The text is taken as written, surrounding blanks apart. Only when nothing carries it are the other names that
    crosswalks give the same thing tried. A story without spans and events knows nothing, and its finding says so.
    """
    wanted = searched.strip()
    for name in (wanted, *_other_names(context, wanted)) if wanted else ():
        told = _told(context, name, span_limit)
        if told is not None:
            return told
    return Story(wanted, finding.nothing(wanted or "an empty search"), (), (), 0, (), False, ())


def _told(context: Context, searched: str, span_limit: int) -> Story | None:
    reached = reach(context, searched)
    spans, total, items = reading.spans(context, reached, span_limit)
    seen = frozenset(s.facility_id for s in spans)
    events = reading.events(context, searched, reached, seen, items)
    if not spans and not events:
        return None
    places = sorted({f for f in (*seen, *(e.facility_id for e in events)) if f})
    said = finding.finding(context, searched, reached, spans, events)
    return Story(searched, said, reached.story_keys(), spans, total, events, total > len(spans), tuple(places))


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
