"""What the store holds of OTLP, in the shape of tests.support.otlp_decode."""

from __future__ import annotations

from typing import Any

from store.query import Query
from store.store import Store

_SHARED = """resource_attributes, resource_attribute_types, resource_schema_url, scope_name, scope_version, scope_attributes,
    scope_attribute_types, scope_schema_url, attributes, attribute_types, flags"""
_STORED = {
    "traces": Query("test/spans", f"""SELECT lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id,
        lower(hex(parent_span_id)) AS parent_span_id, name, kind, toUnixTimestamp64Nano(start) AS start,
        toUnixTimestamp64Nano(end) AS end, status, status_message, trace_state, dropped_attributes,
        arrayMap(e -> (toUnixTimestamp64Nano(e.1), e.2, e.3, e.4), events) AS events,
        arrayMap(l -> (lower(hex(l.1)), lower(hex(l.2)), l.5, l.6), links) AS links, {_SHARED} FROM spans"""),
    "logs": Query("test/logs", f"""SELECT toUnixTimestamp64Nano(time) AS time, toUnixTimestamp64Nano(observed) AS observed, severity,
        severity_text, body, body_type, event_name, lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id,
        dropped_attributes, {_SHARED} FROM logs"""),
    "metrics": Query("test/points", f"""SELECT metric, kind, unit, description, toUnixTimestamp64Nano(time) AS time,
        toUnixTimestamp64Nano(start) AS start, value, value_type, int_value, temporality, monotonic, count, sum, min, max,
        bucket_counts, explicit_bounds, scale, zero_count, zero_threshold, positive_offset, positive_counts, negative_offset,
        negative_counts, quantiles, arrayMap(e -> (toUnixTimestamp64Nano(e.1), e.2, e.5, e.6, e.7, e.8), exemplars) AS exemplars,
        metadata, {_SHARED} FROM metric_points"""),
}  # fmt: skip


def stored(store: Store, signal: str) -> list[dict[str, Any]]:
    """Every row; texts of type double as numbers again."""
    return [_numbers(row) for row in store.records(_STORED[signal])]


def _numbers(row: dict[str, Any]) -> dict[str, Any]:
    found = {name: _listed(value) for name, value in row.items()}
    for name in ("attribute", "resource_attribute", "scope_attribute"):
        found[f"{name}s"] = _typed(found[f"{name}s"], found[f"{name}_types"])
    for name in ("events", "links", "exemplars"):
        found |= {name: [[*each[:-2], _typed(each[-2], each[-1]), each[-1]] for each in found[name]]} if name in found else {}
    if found.get("body_type") == 4:
        found["body"] = float(found["body"])
    return found


def _listed(value: Any) -> Any:
    return [_listed(each) for each in value] if isinstance(value, list | tuple) else value


def _typed(texts: dict[str, str], types: dict[str, int]) -> dict[str, Any]:
    return {key: float(text) if types.get(key) == 4 else text for key, text in texts.items()}


def comparable(rows: list[dict[str, Any]]) -> list[str]:
    """Rows as sorted texts: equal when the same rows are there as often, in any order."""
    return sorted(repr(_ordered(row)) for row in rows)


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, _ordered(value[key])) for key in sorted(value)]
    return [_ordered(each) for each in value] if isinstance(value, list) else value
