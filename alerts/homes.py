"""Which incident a condition belongs to: the one that is about the same thing, or was caused by the same work. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from alerts.conditions import Condition
from alerts.incidents import Incident


class Homes:
    """Grows as conditions are placed, so that those found in one look find each other as well."""

    def __init__(self, incidents: Iterable[Incident]) -> None:
        self._placed: dict[str, str] = {}
        self._about: dict[str, str] = {}
        self._by_correlation: dict[str, str] = {}
        self._kinds: dict[str, set[str]] = {}
        for incident in sorted(incidents, key=lambda i: (i.opened, i.incident_id)):
            self._placed |= dict.fromkeys(incident.conditions, incident.subject)
            self._learn(incident.subject, incident.about, incident.correlation_ids)

    def subject_of(self, condition: Condition) -> str:
        """The subject of the incident the condition belongs to; its own when there is none yet."""
        subject = self._placed.get(condition.condition_id) or self._same_thing(condition) or self._same_work(condition)
        subject = subject or condition.subject
        self._learn(subject, condition.about, condition.correlation_ids)
        return subject

    def _same_thing(self, condition: Condition) -> str | None:
        return next((self._about[name] for name in (condition.subject, *condition.about) if name in self._about), None)

    def _same_work(self, condition: Condition) -> str | None:
        """A breach joins by correlation, unless that incident is about another thing of its kind.

        One price file carries many contracts: its correlation ID must not hide the second one's breach behind the first's.
        """
        if not condition.sla_id:
            return None
        found = (self._by_correlation[c] for c in condition.correlation_ids if c in self._by_correlation)
        return next((subject for subject in found if not self._kinds[subject] & _kinds(condition.about)), None)

    def _learn(self, subject: str, about: Iterable[str], correlation_ids: Iterable[str]) -> None:
        for name in (subject, *about):
            self._about.setdefault(name, subject)
        for correlation_id in correlation_ids:
            self._by_correlation.setdefault(correlation_id, subject)
        self._kinds.setdefault(subject, set()).update(_kinds((subject, *about)))


def _kinds(about: Iterable[str]) -> set[str]:
    """ "contract MS-7895" is of the kind "contract"."""
    return {name.partition(" ")[0] for name in about}
