"""What a poller can get wrong: its schedule, its kind and the kind's own settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.pollers import QueuePoller, SettingsOfKind
from domain.problems import did_you_mean
from domain.secret_checks import check_within
from domain.source import Place, Source
from domain.validation import typed_entry

_SHORTEST = timedelta(seconds=1)


def check_poller(source: Source, place: Place, entry: QueuePoller) -> None:
    """What every kind of poller can get wrong."""
    if timedelta(0) < entry.every < _SHORTEST:
        source.problem((*place, "every"), "is more often than once a second", "Write 1s or more, for example 30s")


def with_settings(source: Source, entries: list[tuple[Place, Any]], kinds: SettingsOfKind | None) -> list[tuple[Place, Any]]:
    """The pollers with their settings as the type of their kind; what is wrong in them is recorded in `source`.

    Without `kinds` they stay as written: for programs that do not poll.
    """
    if kinds is None:
        return entries
    return [(place, _typed(source, place, entry, kinds)) for place, entry in entries]


def _typed(source: Source, place: Place, entry: QueuePoller, kinds: SettingsOfKind) -> QueuePoller:
    model = kinds.get(entry.kind)
    if model is None:
        source.problem((*place, "kind"), "is not a kind of poller", did_you_mean(entry.kind, list(kinds)))
        return entry
    where = (*place, "settings")
    settings = typed_entry(source, where, entry.settings, model)
    if settings is None:
        return entry
    check_within(source, where, settings)
    return entry.model_copy(update={"settings": settings})
