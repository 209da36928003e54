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
class Story:
    """Everything known of one search. Empty spans and events: nothing is known of it.

    finding: one plain sentence. truncated: more spans exist than are returned (span_total says how many).
    """

    searched: str
    finding: str
    keys: tuple[StoryKey, ...]
    spans: tuple[StorySpan, ...]
    span_total: int
    events: tuple[StoryEvent, ...]
    truncated: bool
    facilities: tuple[str, ...]
