"""Where the audit log goes besides the store: a file of JSON lines, a syslog receiver."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from domain.base import Configured, Duration

# Numerical codes of RFC 5424, 6.2.1.
FACILITIES = {
    "user": 1, "daemon": 3, "auth": 4, "syslog": 5, "authpriv": 10, "audit": 13, "alert": 14, "local0": 16, "local1": 17, "local2": 18,
    "local3": 19, "local4": 20, "local5": 21, "local6": 22, "local7": 23,
}  # fmt: skip
Facility = Literal[
    "user", "daemon", "auth", "syslog", "authpriv", "audit", "alert", "local0", "local1", "local2", "local3", "local4", "local5",
    "local6", "local7",
]  # fmt: skip


class Syslog(Configured):
    """A receiver of RFC 5424 messages: over UDP (RFC 5426), TCP with octet counting (RFC 6587), or TLS (RFC 5425).

    ca_file: PEM, trusted besides the machine's authorities. certificate, key: PEM, where the receiver asks who we are. UDP may lose
    messages unseen.
    """

    host: str = Field(min_length=1)
    port: int = Field(default=6514, ge=1, le=65535)
    transport: Literal["udp", "tcp", "tls"] = "tls"
    facility: Facility = "audit"
    ca_file: str | None = None
    certificate: str | None = None
    key: str | None = None
    timeout: Duration = timedelta(seconds=10)


class AuditExport(Configured):
    """Nothing goes anywhere unless it says where. `file`: an absolute path; rotated by whoever rotates logs."""

    file: str | None = None
    syslog: Syslog | None = None
