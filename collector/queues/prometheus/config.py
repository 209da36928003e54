"""Settings of a poller of kind prometheus: which samples are which figure of which queue."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from collector.http_client import HttpSettings
from domain.base import Configured

Figure = Literal[
    "depth", "oldest_age_seconds", "in_flight", "consumers", "publish_rate", "ack_rate", "dead_letters", "capacity"
]  # fmt: skip
Preset = Literal["rabbitmq", "kafka_exporter", "kminion", "burrow_exporter", "activemq_jmx", "ibm_mq", "nats", "sqs_yace"]
LABEL = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _template(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; Name the label that holds it, for example {queue}")
    if "{" in LABEL.sub("", value) or "}" in LABEL.sub("", value):
        raise ValueError("has a brace without a label's name; Write labels as {name}, for example {consumergroup}/{topic}")
    return value


class MetricMapping(Configured):
    """Samples named `metric` whose labels match (values with * and ?) are `figure` of the queue that `queue` names.

    `reads`: value; counter, whose growth per second it is (the default for rates); timestamp, seconds since 1970 whose age it is.
    Several samples of one queue add up, or the highest counts with `combine: max` (the default for ages).
    """

    metric: str = Field(min_length=1)
    figure: Figure
    queue: Annotated[str, AfterValidator(_template)]
    broker: Annotated[str, AfterValidator(_template)] | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    reads: Literal["value", "counter", "timestamp"] | None = None
    combine: Literal["sum", "max"] | None = None
    scale: float = Field(default=1.0, gt=0)

    @property
    def read_as(self) -> str:
        return self.reads or ("counter" if self.figure in ("publish_rate", "ack_rate") else "value")

    @property
    def combined_by(self) -> str:
        return self.combine or ("max" if self.figure == "oldest_age_seconds" else "sum")


class PrometheusSettings(HttpSettings):
    """`url` is the exporter's, path included; `params` its query. `presets` are mappings for exporters we know.

    `queues` and `exclude` are names with * and ?.
    """

    params: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    presets: tuple[Preset, ...] = ()
    metrics: tuple[MetricMapping, ...] = ()
    queues: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_what_to_read(self) -> Self:
        if not self.presets and not self.metrics:
            raise ValueError("says of no metric what it means; Name presets, or map metrics")
        return self
