"""The mapping of metrics to queues as SQL, for the view that reads metric_points."""

from __future__ import annotations

from domain.configuration import Configuration
from domain.queue_metrics import ATTRIBUTE, QueueMetric, in_force
from store.quoting import literal

_NONE = "('', '', '', 0.)"


def slots(configuration: Configuration) -> dict[str, str]:
    """`queue_metric_names` is the list of metrics mapped, `queue_rules` a tuple (queue, broker, figure, value) per mapping,
    empty where it does not hold. In scope are the columns of metric_points, `number`, and `named(attribute)`."""
    mappings = in_force(configuration.queue_metrics)
    names = dict.fromkeys(mapping.metric for mapping in mappings)
    return {
        "queue_metric_names": ", ".join(literal(name) for name in names),
        "queue_rules": ",\n".join(f"            {_rule(mapping)}" for mapping in mappings),
    }


def _rule(mapping: QueueMetric) -> str:
    needed = dict.fromkeys(ATTRIBUTE.findall(mapping.queue))
    conditions = [f"metric = {literal(mapping.metric)}", *(f"{_named(name)} != ''" for name in needed)]
    conditions += [_holds(name, value) for name, value in mapping.attributes.items()]
    figure, value = _figure(mapping)
    found = f"({_filled(mapping.queue)}, {_filled(mapping.broker or '')}, {figure}, {value})"
    return f"if({' AND '.join(conditions)}, {found}, {_NONE})"


def _named(attribute: str) -> str:
    return f"named({literal(attribute)})"


def _holds(name: str, value: str) -> str:
    return f"{_named(name)} != ''" if value == "*" else f"{_named(name)} = {literal(value)}"


def _filled(template: str) -> str:
    parts = ATTRIBUTE.split(template)  # text, attribute, text, attribute, …, text
    said = [_named(part) if n % 2 else literal(part) for n, part in enumerate(parts) if part]
    return f"concat({', '.join(said)})" if len(said) > 1 else (said or ["''"])[0]


def _figure(mapping: QueueMetric) -> tuple[str, str]:
    """(figure as SQL, value as SQL). A cumulative counter keeps its count under a figure of its own."""
    scaled = f"number * {mapping.scale!r}"
    match mapping.read_as, mapping.figure:
        case "timestamp", figure:
            return literal(figure), f"if(number > 0, greatest(0., seconds - {scaled}), -1.)"
        case "counter", "publish_rate" | "ack_rate" as figure:
            counted = "published" if figure == "publish_rate" else "acknowledged"
            return (
                f"if(temporality = 1, {literal(figure)}, {literal(counted)})",
                f"if(temporality = 1, {scaled} / lasted, {scaled})",
            )
        case _, figure:
            return literal(figure), scaled
