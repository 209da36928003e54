"""The story of a key. Times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StorySpan:
    """offset_seconds counts from the story's first span. Ids are lower-case hex; parent_span_id '' for a root."""

    trace_id: str
    span_id: str
    parent_span_id: str
    start: datetime
    end: datetime
    offset_seconds: float
    duration_seconds: float
    service: str
    name: str
    interface_id: str
    facility_id: str
    correlation_id: str
    failed: bool
    message: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One line of the story. kind: milestone, failure, batch_run, batch_reject, edi_document, edi_acknowledgement. where: interface, job or system. turn: party, '' when unknown."""

    time: datetime
    kind: str
    where: str
    what: str
    outcome: str
    facility_id: str
    turn: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class StoryKey:
    key_type: str
    authority: str
    value: str
    depth: int


@dataclass(frozen=True, slots=True)
class StoryTotals:
    """How much the whole story has, whatever the page shows; exact.

    spans None: the searched key is on more traces than one page reads, `traces` counts those, and their spans are not counted.
    """

    traces: int
    spans: int | None
    milestones: int
    failures: int
    batch_runs: int
    batch_rejects: int
    documents: int


@dataclass(frozen=True, slots=True)
class Story:
    """A page of everything known of one search, the newest rows first to be told; spans and events lie in time order in it.

    Empty spans and events on the first page: nothing is known of it. finding: one plain sentence, '' on later pages.
    span_total: as totals.spans. truncated: there are more rows than this page has. cursor: for the next page, None on the last.
    """

    searched: str
    finding: str
    keys: tuple[StoryKey, ...]
    spans: tuple[StorySpan, ...]
    span_total: int | None
    events: tuple[StoryEvent, ...]
    truncated: bool
    facilities: tuple[str, ...]
    totals: StoryTotals = StoryTotals(0, 0, 0, 0, 0, 0, 0)
    cursor: str | None = None
