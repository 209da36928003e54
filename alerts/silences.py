"""Silences: what is not told for a while because somebody said so. Events in the record; the newest of a silence is its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from analytics.context import Context
from domain.matchers import Labels, MatchingRule, all_match, parse_matcher
from store.query import Query

_SILENCES = Query.beside(__file__, "silences.sql")


@dataclass(frozen=True, slots=True)
class Silence:
    """Alerts that all `matchers` are like are not told from `starts` until `ends`.

    One made of an incident has no matchers: it covers the incident's group, or its subjects and conditions as they were then.
    by: who asked. expired_by: who ended it early ("": nobody); ends is then when that was.
    """

    silence_id: str
    starts: datetime
    ends: datetime
    by: str
    comment: str
    created: datetime
    matchers: tuple[str, ...] = ()
    incident_id: str = ""
    subjects: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    group: tuple[tuple[str, str], ...] = ()
    expired_by: str = ""

    @property
    def name(self) -> str:
        """Completes "silenced by …"."""
        return f"{self.silence_id} of {self.by}"

    def covers(self, labels: Labels) -> bool:
        """Whether an alert with these labels is not told while it lasts."""
        if self.matchers:
            return all_match(rules(self.matchers), labels)
        if self.group:
            return all(", ".join(labels.get(name, ())) == value for name, value in self.group)
        return bool({*labels.get("subject", ())} & {*self.subjects} or {*labels.get("condition", ())} & {*self.conditions})

    def state(self, now: datetime) -> str:
        """pending before it starts, then active, then expired."""
        return "pending" if now < self.starts and now < self.ends else "active" if now < self.ends else "expired"


TO_JSON: TypeAdapter[Silence] = TypeAdapter(Silence)


@cache
def rules(matchers: tuple[str, ...]) -> tuple[MatchingRule, ...]:
    """Matchers as written, read; ValueError names one that cannot be."""
    return tuple(parse_matcher(text) for text in matchers)


def silences(context: Context, *, ended: bool = False, limit: int = 500) -> tuple[Silence, ...]:
    """Silences that last or will begin, newest first; `ended`: those that are over as well. At most `limit`."""
    rows = context.store.records(_SILENCES, now=context.now, ended=int(ended), limit=limit)
    return tuple(TO_JSON.validate_json(row["payload"]) for row in rows)


def active(context: Context, now: datetime) -> tuple[Silence, ...]:
    """Those that hold at `now`."""
    return tuple(silence for silence in silences(context, limit=10_000) if silence.starts <= now < silence.ends)
