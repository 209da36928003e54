"""Materialized views rendered from configuration: key aliases, failure rules and milestone rules become SQL."""

from __future__ import annotations

from pathlib import Path
from string import Template

from domain.configuration import Configuration
from store import masking, rule_definitions
from store.attributes import COLUMN_OF_KEY, KEY_COLUMNS, attributes_of, indexed_keys
from store.quoting import identifier, literal
from store.rule_definitions import attribute, value_of

_FOLDER = Path(__file__).parent / "views"
# In dependency order: a view that reads spans must exist before data arrives, its order among peers does not matter.
NAMES = (
    "request_hashes_from_otlp",
    "spans_from_otlp",
    "trace_buckets_from_spans",
    "business_keys_from_spans",
    "operations_from_spans",
    "object_successes_from_spans",
    "failures_from_spans",
    "failures_from_rejects",
    "failures_from_reports",
    "milestones_from_spans",
)


def render(configuration: Configuration) -> dict[str, str]:
    """View name → its CREATE statement under `configuration`."""
    slots = {
        "key_columns": _key_columns(configuration),
        "key_tuples": _key_tuples(configuration),
    }
    slots |= rule_definitions.slots(configuration) | masking.slots(configuration)
    return {name: Template((_FOLDER / f"{name}.sql").read_text()).substitute(slots) for name in NAMES}


def _key_columns(configuration: Configuration) -> str:
    lines = []
    for column in KEY_COLUMNS:
        names = ", ".join(f"all_attributes[{literal(a)}]" for a in attributes_of(column, configuration))
        lines.append(f"    arrayFirst(v -> v != '', [{names}]) AS {identifier(column)},")
    return "\n".join(lines)


def _key_tuples(configuration: Configuration) -> str:
    configured = {t.id: t for t in configuration.key_types}
    rows = []
    for key, authority in indexed_keys(configuration):
        if key in COLUMN_OF_KEY or key not in configured:
            value = value_of(key)
        else:
            names = (configured[key].attribute, *configured[key].aliases)
            value = "arrayFirst(v -> v != '', [" + ", ".join(f"attributes[{literal(n)}]" for n in names) + "])"
        rows.append(f"    ({literal(key)}, {attribute(authority)}, {value})")
    return ",\n".join(rows)
