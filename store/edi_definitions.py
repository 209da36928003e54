"""Acknowledgements of X12 documents as SQL: what they answer, and which milestones they are evidence of."""

from __future__ import annotations

from domain.configuration import Configuration
from domain.edi import EdiMilestone
from domain.flows import Flow
from store.quoting import literal

_KINDS = ("997", "999", "TA1", "824")
# The newest document under each key that is being answered: numbers are used again after some years, or days.
_ORIGINALS = """(
    SELECT
        about, set_key,
        argMax(facility_id, time) AS facility_id, argMax(supplier_id, time) AS supplier_id,
        argMax(interface_id, time) AS interface_id, argMax(correlation_id, time) AS correlation_id,
        argMax(key_types, time) AS key_types, argMax(key_values, time) AS key_values, argMax(key_authorities, time) AS key_authorities
    FROM edi_documents
    ARRAY JOIN [interchange_key, group_key, set_key] AS about
    WHERE (interchange_key IN (SELECT acknowledges FROM edi_acknowledgements WHERE level = 'interchange')
            OR group_key IN (SELECT acknowledges FROM edi_acknowledgements WHERE level = 'group')
            OR set_key IN (SELECT acknowledges FROM edi_acknowledgements WHERE level = 'set'))
        AND about != '' AND set_id NOT IN ('997', '999', 'TA1')
    GROUP BY about, set_key
)"""
_NO_RULE = "('', '', '', '', CAST([], 'Array(String)'), '', '')"


def slots(configuration: Configuration) -> dict[str, str]:
    """What the views of acknowledgements need of `configuration`."""
    flows = {flow.id: flow for flow in configuration.flows}
    rules = [
        _rule(entry.set, milestone, flows[milestone.flow])
        for entry in configuration.edi.sets
        if entry.set in _KINDS
        for milestone in entry.milestones
    ]
    return {"edi_originals": _ORIGINALS, "edi_rules": f"[{', '.join(rules or [_NO_RULE])}]"}


def _rule(kind: str, milestone: EdiMilestone, flow: Flow) -> str:
    """(kind, flow, milestone, outcome, codes, key type, time)."""
    codes = ", ".join(literal(code) for code in milestone.codes)
    words = (kind, milestone.flow, milestone.milestone, milestone.outcome.value)
    before = ", ".join(literal(word) for word in words)
    return f"({before}, CAST([{codes}], 'Array(String)'), {literal(flow.key)}, {literal(milestone.time)})"
