"""Materialized views rendered from configuration: key aliases, failure rules and milestone rules become SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from domain.configuration import Configuration
from domain.flows import KeyType
from store import edi_definitions, masking, queue_definitions, rule_definitions
from store.attributes import COLUMN_OF_KEY, KEY_COLUMNS, attributes_of, indexed_keys
from store.quoting import identifier, literal
from store.rule_definitions import attribute, value_of

_FOLDER = Path(__file__).parent / "views"
# A stored span's attributes over those of its resource.
ALL_ATTRIBUTES = "mapUpdate(CAST(resource_attributes, 'Map(LowCardinality(String), String)'), attributes)"
# Headers are lists by OpenTelemetry's conventions, even those that carry one correlation id.
_SINGLE = "if(startsWith(v, '[\"') AND JSONLength(v) = 1, JSONExtractString(v, 1), v)"
# In dependency order: a view that reads spans must exist before data arrives, its order among peers does not matter.
NAMES = (
    "request_hashes_from_otlp",
    "request_hashes_from_logs",
    "request_hashes_from_metrics",
    "logs_from_otlp",
    "metric_points_from_otlp",
    "queue_samples_from_metrics",
    "spans_from_otlp",
    "trace_buckets_from_spans",
    "business_keys_from_spans",
    "operations_from_spans",
    "object_successes_from_spans",
    "masked_values_from_spans",
    "masked_values_from_logs",
    "masked_values_from_metrics",
    "source_minutes_from_spans",
    "failures_from_spans",
    "failures_from_rejects",
    "failures_from_reports",
    "milestones_from_spans",
    "failure_reports_from_edi",
    "object_successes_from_edi",
    "milestones_from_edi",
)


# Filled by rules: a change of rules makes them anew beside the old ones, as another generation (store.generations). View → what it reads.
RULED = {
    "failures_from_spans": "spans",
    "failures_from_rejects": "batch_rejects",
    "failures_from_reports": "failure_reports",
    "milestones_from_spans": "spans",
}


# Views that unnest a request → its signal, and what the groups of records and the records are called there.
_OTLP = {
    "spans_from_otlp": ("traces", "spans", "spans"),
    "logs_from_otlp": ("logs", "logs", "log_records"),
    "metric_points_from_otlp": ("metrics", "metrics", "metrics"),
}


def render(configuration: Configuration) -> dict[str, str]:
    """View name → its CREATE statement under `configuration`; without the views of rules."""
    return {name: _rendered(name, configuration, {}) for name in NAMES if name not in RULED}


def render_ruled(configuration: Configuration, generation: int) -> dict[str, str]:
    """View of rules → its CREATE statement as part of `generation`; the view created is called `ruled_name`."""
    return {
        name: _rendered(name, configuration, {"generation": str(generation), "source": source}) for name, source in RULED.items()
    }


def render_fill(name: str, configuration: Configuration, generation: int, source: str) -> str:
    """The SELECT of a view of rules over another `source`, an expression for a table called what the view reads."""
    statement = _rendered(name, configuration, {"generation": str(generation), "source": f"{source} AS {RULED[name]}"})
    return statement.split(" AS\n", 1)[1]


def ruled_name(name: str, generation: int) -> str:
    return f"{name}_{generation}"


def _rendered(name: str, configuration: Configuration, more: dict[str, str]) -> str:
    slots = {**_slots(configuration), **more}
    if name in _OTLP:
        signal, groups, records = _OTLP[name]
        of_signal = {
            "table": f"otlp_{signal}",
            "resources": f"resource_{groups}",
            "scopes": f"scope_{groups}",
            "records": records,
        }
        of_signal["sequence"] = ", sequence" if signal == "traces" else ""
        slots["otlp_scope"] = Template(_fragment("otlp_scope")).substitute(slots | of_signal).rstrip()
    return Template((_FOLDER / f"{name}.sql").read_text()).substitute(slots)


def _slots(configuration: Configuration) -> Mapping[str, str]:
    """The same for every view, and asked for view by view and for fingerprints: the last configuration's are kept."""
    kept = _kept.get(configuration.fingerprint)
    if kept is None:
        kept = _made(configuration)
        _kept.clear()
        _kept[configuration.fingerprint] = kept
    return kept


_kept: dict[str, Mapping[str, str]] = {}


def _made(configuration: Configuration) -> Mapping[str, str]:
    slots = {
        "span_key_columns": _span_key_columns(configuration),
        "point_key_columns": _span_key_columns(configuration, ("interface_id", "facility_id")),
        "resource_keys": _resource_keys(configuration),
        "sampling_weight": _sampling_weight(),
        "otlp_values": _fragment("otlp_values").rstrip(),
        **_key_arrays(configuration),
    }
    slots |= queue_definitions.slots(configuration)
    return slots | rule_definitions.slots(configuration) | masking.slots(configuration) | edi_definitions.slots(configuration)


def key_expressions(configuration: Configuration, attributes: str) -> dict[str, str]:
    """Key column of a span → how it is read from the map `attributes`."""
    return {
        column: f"arrayFirst(v -> v != '', arrayMap(v -> {_SINGLE}, ["
        + ", ".join(f"{attributes}[{literal(a)}]" for a in attributes_of(column, configuration))
        + "]))"
        for column in KEY_COLUMNS
    }


def _span_key_columns(configuration: Configuration, columns: Sequence[str] = tuple(KEY_COLUMNS)) -> str:
    """Keys of a record by position in its names. What no attribute of the record says, its resource may."""
    of_resource = {column: f"resource_keys[{number}]" for number, column in enumerate(KEY_COLUMNS, 1)}
    return "\n".join(
        f"    {_first(_at('key_texts', 'names', column, configuration), of_resource[column])} AS {identifier(column)},"
        for column in columns
    )


def _resource_keys(configuration: Configuration) -> str:
    return ",\n".join(
        f"    {_first(_at('resource_key_texts', 'resource_names', column, configuration), chr(39) * 2)}" for column in KEY_COLUMNS
    )


def _at(texts: str, names: str, column: str, configuration: Configuration) -> list[str]:
    return [f"{texts}[indexOf({names}, {literal(name)})]" for name in attributes_of(column, configuration)]


def _first(expressions: Sequence[str], otherwise: str) -> str:
    """The first that is not empty; each is named once, for every INSERT reads it."""
    return f"coalesce({', '.join(f'nullIf({one}, {chr(39) * 2})' for one in expressions)}, {otherwise})"


def _fragment(name: str) -> str:
    return (_FOLDER / "fragments" / f"{name}.sql").read_text()


def _sampling_weight() -> str:
    """Spans that a sampled span stands for, from its trace state; 1 when nothing says so."""
    return f"    {_fragment('sampling_weight').strip()} AS sampling_weight,"


def _key_arrays(configuration: Configuration) -> dict[str, str]:
    """Key types, issuing authorities and values of a span as three arrays in the same order."""
    configured = {t.id: t for t in configuration.key_types}
    types, authorities, values = [], [], []
    for key, authority in indexed_keys(configuration):
        types.append(literal(key))
        authorities.append(attribute(authority))
        values.append(value_of(key) if key in COLUMN_OF_KEY or key not in configured else _value_of_attributes(configured[key]))
    return {"key_types": ", ".join(types), "key_authorities": ", ".join(authorities), "key_values": ", ".join(values)}


def _value_of_attributes(key_type: KeyType) -> str:
    """The first attribute of the span that is not empty, or else of its resource; a list of one text is that text."""
    expression = "''"
    for source in ("resource_attributes", "attributes"):
        for name in reversed((key_type.attribute, *key_type.aliases)):
            value = f"toString({source}[{literal(name)}])"
            expression = f"if({value} != '', {value}, {expression})"
    return f"arrayMap(v -> {_SINGLE}, [{expression}])[1]"
