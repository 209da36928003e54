"""Kafka topics that hold OTLP requests, as the OpenTelemetry Collector's kafka exporter writes them."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from domain.base import Configured, Identifier
from domain.secrets import Secret

OtlpSignal = Literal["traces", "logs", "metrics"]
# The exporter's default names.
_TOPICS: dict[str, OtlpSignal] = {"otlp_spans": "traces", "otlp_logs": "logs", "otlp_metrics": "metrics"}
# What we must set ourselves for offsets to follow the store's commits.
_OURS = frozenset({
    "bootstrap.servers", "group.id", "enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset", "security.protocol",
    "sasl.mechanism", "sasl.username", "sasl.password", "ssl.ca.location",
})  # fmt: skip


class KafkaTopics(Configured):
    """One cluster and the topics read from it, as consumer group `group`. Encodings otlp_proto and otlp_json are told apart by themselves.

    `topics`: topic → signal. `start`: where a group without offsets begins. `options` are further settings of librdkafka.
    """

    id: Identifier
    bootstrap_servers: tuple[str, ...] = Field(min_length=1)
    topics: dict[str, OtlpSignal] = Field(default_factory=lambda: dict(_TOPICS), min_length=1)
    group: str = Field(default="supplyscope", min_length=1)
    start: Literal["earliest", "latest"] = "earliest"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    username: str | None = None
    password: Secret | None = None
    ca: str | None = None
    options: dict[str, str | int | bool] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.security_protocol.startswith("SASL") and (self.username is None or self.password is None):
            raise ValueError("has a SASL protocol without username and password; Add both, or write security_protocol: SSL")
        if taken := sorted(name for name in self.options if name in _OURS or "password" in name or name.startswith("test.mock")):
            raise ValueError(f"has the option {taken[0]}; Leave it out: it has a setting of its own here or must not change")
        return self

    def client(self, password: str | None) -> dict[str, Any]:
        """Settings of librdkafka; `password` is the revealed secret."""
        found: dict[str, Any] = dict(self.options) | {
            "bootstrap.servers": ",".join(self.bootstrap_servers),
            "group.id": self.group,
            "security.protocol": self.security_protocol,
            "auto.offset.reset": self.start,
            "enable.auto.commit": False,
            "log_level": 0,
        }
        if self.security_protocol.startswith("SASL"):
            found |= {"sasl.mechanism": self.sasl_mechanism, "sasl.username": self.username, "sasl.password": password}
        if self.ca:
            found["ssl.ca.location"] = self.ca
        return found
