"""Which milestones a document is evidence of, as configured per set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.configuration import Configuration
from domain.edi import EdiMilestone, EdiPartner, EdiSet
from store.attributes import KEY_COLUMNS

if TYPE_CHECKING:
    from collector.edi.document import Document


@dataclass(frozen=True, slots=True)
class _Rule:
    entry: EdiMilestone
    key_type: str
    level: str
    per_facility: bool
    per_line: bool


class Milestones:
    """The configured rules, by set and direction."""

    def __init__(self, configuration: Configuration) -> None:
        self._flows = {flow.id: flow for flow in configuration.flows}
        self._sets = configuration.edi.sets
        self._issuers = {t.id: t.authority_attribute for t in configuration.key_types if t.authority_attribute}
        self._type_of = {name: key for key, names in KEY_COLUMNS.values() for name in names}
        self._type_of |= {name: t.id for t in configuration.key_types for name in (t.attribute, *t.aliases)}
        self._rules: dict[tuple[str, str], list[_Rule]] = {}

    def authority(self, key_type: str, supplier: str, partner: EdiPartner | None) -> str:
        """Who issued a key of this type in a document of this supplier, '' for key types with one issuer."""
        if partner and key_type in partner.authorities:
            return partner.authorities[key_type]
        issuer = self._issuers.get(key_type)
        return supplier if issuer and self._type_of.get(issuer) == "supplier" else ""

    def wants_lines(self, set_id: str, direction: str) -> bool:
        """Whether evidence of single lines leads to anything: a catalogue has millions."""
        return any(rule.level == "line" for rule in self._of(set_id, direction))

    def rows(
        self, document: Document, keys: Mapping[str, str], level: str, code: str, time: datetime, item: str, facility: str
    ) -> Iterator[dict[str, Any]]:
        """One row per milestone: the first rule of it that fits decides the outcome."""
        done: set[tuple[str, str]] = set()
        for rule in self._of(document.header.set_id, document.direction):
            entry = rule.entry
            name = (entry.flow, entry.milestone)
            key = keys.get(rule.key_type, "")
            if rule.level != level or name in done or not key or (entry.codes and code not in entry.codes):
                continue
            done.add(name)
            yield self._row(document, rule, key, time, item, facility, code)

    def _row(
        self, document: Document, rule: _Rule, key: str, time: datetime, item: str, facility: str, code: str
    ) -> dict[str, Any]:
        entry = rule.entry
        at = {"document": time, "sent": document.sent, "received": document.around.received}[entry.time]
        return {
            "flow": entry.flow, "authority": self.authority(rule.key_type, document.supplier_id, document.partner), "key": key,
            "facility_id": facility, "item_id": item if rule.per_line else "", "milestone": entry.milestone,
            "outcome": entry.outcome.value, "time": at, "source": "edi", "source_id": "", "interface_id": document.interface_id,
            "correlation_id": document.correlation_id, "supplier_id": document.supplier_id,
            "attributes": {"edi.set": document.header.set_id, "edi.code": code}, "retention": "standard",
            "received": document.around.received,
        }  # fmt: skip

    def _of(self, set_id: str, direction: str) -> list[_Rule]:
        found = self._rules.get((set_id, direction))
        if found is None:
            entries = [s for s in self._sets if s.set == set_id and s.direction in (None, direction or s.direction)]
            found = self._rules[set_id, direction] = [rule for entry in entries for rule in self._compiled(entry)]
        return found

    def _compiled(self, entry: EdiSet) -> Iterator[_Rule]:
        for milestone in entry.milestones:
            flow = self._flows[milestone.flow]
            level = milestone.level or ("line" if flow.per_line else "document")
            yield _Rule(milestone, flow.key, level, flow.per_facility, flow.per_line)
