"""Settings of a poller of kind kafka."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from collector.http_client import Tls, text_of
from domain.base import Configured
from domain.secrets import Secret

# What would make reading change something, or show a secret: librdkafka's settings we set ourselves.
_OURS = ("group.id", "enable.auto.commit", "sasl.password", "sasl.username", "ssl.key.password", "bootstrap.servers")


def _options(value: dict[str, str | int | bool]) -> dict[str, str | int | bool]:
    for name in value:
        if name in _OURS or name.startswith("test.mock"):
            raise ValueError(f"has {name}; Use the poller's own setting for it, or leave it out")
    return value


class KafkaSettings(Configured):
    """`groups`, `topics` and `exclude` are names with * and ?; a group named in full is asked for without listing all groups.

    `oldest_age` reads one message of each partition that lags, to see its timestamp. `partitions` shows each partition as a
    queue of its own, too. `options` are further settings of librdkafka.
    """

    bootstrap_servers: tuple[str, ...] = Field(min_length=1)
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    username: Secret | str | None = None
    password: Secret | None = None
    tls: Tls = Tls()
    groups: tuple[str, ...] = ("*",)
    topics: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ("__*",)
    broker: str = ""
    oldest_age: bool = True
    partitions: bool = False
    options: Annotated[dict[str, str | int | bool], AfterValidator(_options)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _credentials_fit_the_protocol(self) -> Self:
        if self.security_protocol.startswith("SASL") and (self.username is None or self.password is None):
            raise ValueError(
                "has a SASL protocol without username and password; Add both, or set security_protocol to SSL or PLAINTEXT"
            )
        return self

    def client(self, environment: Mapping[str, str]) -> dict[str, Any]:
        """Settings of librdkafka every client of ours shares. SecretMissing names what to set."""
        found: dict[str, Any] = dict(self.options) | {
            "bootstrap.servers": ",".join(self.bootstrap_servers),
            "security.protocol": self.security_protocol,
            # What goes wrong is told in the poller's state, not on standard error.
            "log_level": 0,
        }
        if self.security_protocol.startswith("SASL"):
            assert self.username is not None and self.password is not None
            found |= {
                "sasl.mechanism": self.sasl_mechanism,
                "sasl.username": text_of(self.username, environment),
                "sasl.password": self.password.reveal(environment),
            }
        if self.security_protocol.endswith("SSL"):
            files = {
                "ssl.ca.location": self.tls.ca,
                "ssl.certificate.location": self.tls.certificate,
                "ssl.key.location": self.tls.key,
            }
            found |= {name: file for name, file in files.items() if file}
            found["enable.ssl.certificate.verification"] = self.tls.verify
            if self.tls.key_password:
                found["ssl.key.password"] = self.tls.key_password.reveal(environment)
        return found
