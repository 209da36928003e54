"""Retention as configured: the TTL of every table, changed only where it differs (ADR 0028)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.retention import Retention, in_days
from store.query import Query
from store.quoting import identifier
from store.store import Store

_TABLES = Query.beside(__file__, "retention.sql")
# Table → its class in the configuration. Tables not named here (claims, hashes, progress) keep what their migration says.
CLASSES: dict[str, str] = {
    **dict.fromkeys(("spans", "trace_buckets", "business_keys", "logs", "metric_points", "call_edges", "call_buckets"), "telemetry"),
    **dict.fromkeys(
        (
            "milestones", "failures", "failure_reports", "object_successes", "batch_runs", "batch_rejects", "watched_files",
            "edi_interchanges", "edi_documents", "edi_acknowledgements", "sla_instances", "sla_states", "template_messages",
            "logs_of_failed_spans", "expected_arrivals", "master_records",
        ),
        "evidence",
    ),
    "flow_instances": "imports",
    **dict.fromkeys(("contract_prices", "po_lines", "invoices"), "money"),
    **dict.fromkeys(("operations_per_minute", "operations_per_hour", "observed"), "rollups"),
    **dict.fromkeys(("sli_slices", "sli_grains"), "slices"),
    **dict.fromkeys(("queue_samples", "queue_hours", "intake_minutes", "intake_refusals", "source_minutes", "masked_values", "change_windows"), "operation"),
}  # fmt: skip
# A term of a TTL that is about other rows than the table's most: how it is told, and its class.
_TERMS = (("retention = 'import'", "imports"), ("grain > 1", "rollups"))
_LENGTH = re.compile(r"toIntervalDay\((\d+)\)")


@dataclass(frozen=True, slots=True)
class Change:
    """A table whose rows shall be kept otherwise. `ttl` as the engine writes it."""

    table: str
    ttl: str


@dataclass(frozen=True, slots=True)
class _Table:
    table: str
    engine: str


def changes(store: Store, retention: Retention) -> tuple[Change, ...]:
    """What `apply` would change; reads only."""
    days = in_days(retention)
    found = []
    for row in store.rows(_TABLES, _Table, tables=sorted(CLASSES)):
        ttl = _ttl(row.engine)
        wanted = ", ".join(_term(term, CLASSES[row.table], days) for term in _split(ttl))
        if ttl and wanted != ttl:
            found.append(Change(row.table, wanted))
    return tuple(found)


def apply(store: Store, retention: Retention) -> tuple[Change, ...]:
    """Bring every table's TTL to `retention`; returns what was changed.

    Rows leave when their part is merged. A part remembers when its rows end and would go by the old time; that memory alone is
    made anew, in the background, and no row is rewritten for it.
    """
    found = changes(store, retention)
    for change in found:
        table = identifier(change.table)
        store.command(f"ALTER TABLE {table} MODIFY TTL {change.ttl} SETTINGS materialize_ttl_after_modify = 0")
        store.command(f"ALTER TABLE {table} MODIFY SETTING materialize_ttl_recalculate_only = 1")
        store.command(f"ALTER TABLE {table} MATERIALIZE TTL")
    return found


def _ttl(engine: str) -> str:
    """`engine` as system.tables has it: MergeTree … ORDER BY … TTL … SETTINGS …"""
    _, found, rest = engine.partition(" TTL ")
    return rest.partition(" SETTINGS ")[0] if found else ""


def _split(ttl: str) -> list[str]:
    """Terms of a TTL; no expression of ours has a comma outside parentheses."""
    return re.split(r", (?![^(]*\))", ttl)


def _term(term: str, of_table: str, days: dict[str, int]) -> str:
    name = next((name for told, name in _TERMS if told in term), of_table)
    return _LENGTH.sub(f"toIntervalDay({days[name]})", term)
