"""What an operator may set, from options and environment, checked before anything starts."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from server.tls import Tls
from store.engine import Location

PREFIX = "SUPPLYSCOPE_"


class Role(StrEnum):
    """What one process does. Embedded, one process has all three."""

    COLLECTOR = "collector"
    SCHEDULER = "scheduler"
    DASHBOARD = "dashboard"


class SettingsError(Exception):
    """Settings that cannot work; each line says what, the value and the remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Ports of 0 mean any free one. Secrets are kept out of repr."""

    config: Path
    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    otlp_http_port: int = 4318
    otlp_grpc_port: int | None = None
    roles: frozenset[Role] = frozenset(Role)
    clickhouse: Location | None = None
    ingest_key: str | None = field(default=None, repr=False)
    page_password: str | None = field(default=None, repr=False)
    tls: Tls | None = None
    telemetry: str = "store"

    @property
    def grpc_port(self) -> int:
        """As set; otherwise OpenTelemetry's 4317, or any free one when the port of OTLP/HTTP is any free one."""
        if self.otlp_grpc_port is not None:
            return self.otlp_grpc_port
        return 4317 if self.otlp_http_port else 0

    @property
    def location(self) -> Location:
        """The ClickHouse server when one is configured, else the embedded folder."""
        return self.clickhouse or Location(path=str(self.data / "clickhouse"))


def secret(environment: Mapping[str, str], name: str) -> str | None:
    """The value of `name`, or the content of the file that `name`_FILE names; None when neither is set."""
    value, file = environment.get(PREFIX + name), environment.get(f"{PREFIX}{name}_FILE")
    if value and file:
        raise SettingsError(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set; keep one of them")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(
                f"{PREFIX}{name}_FILE = {file} cannot be read ({error.strerror}); name a readable file"
            ) from error
    return value or None


def clickhouse(environment: Mapping[str, str]) -> Location | None:
    """The ClickHouse server of the environment, None when no host is set."""
    host = environment.get(f"{PREFIX}CLICKHOUSE_HOST")
    if not host:
        return None
    port = environment.get(f"{PREFIX}CLICKHOUSE_PORT", "8123")
    if not port.isdigit():
        raise SettingsError(f"{PREFIX}CLICKHOUSE_PORT = {port} is not a port number; write for example 8123")
    return Location(
        host=host,
        port=int(port),
        database=environment.get(f"{PREFIX}CLICKHOUSE_DATABASE", "supplyscope"),
        username=environment.get(f"{PREFIX}CLICKHOUSE_USER", "default"),
        password=secret(environment, "CLICKHOUSE_PASSWORD") or "",
        secure=environment.get(f"{PREFIX}CLICKHOUSE_SECURE", "") == "1",
    )


def telemetry(environment: Mapping[str, str]) -> str:
    """Where our own telemetry goes: "store" (by default), "off", or the base URL of an OTLP/HTTP endpoint."""
    value = environment.get(f"{PREFIX}TELEMETRY", "store")
    if value not in ("store", "off") and not value.startswith(("http://", "https://")):
        raise SettingsError(
            f"{PREFIX}TELEMETRY = {value} is neither store, off nor a URL; write for example http://127.0.0.1:4318"
        )
    return value


def check(settings: Settings, *, configured_keys: bool = False) -> None:
    """Raise SettingsError naming every setting that cannot work, all at once. `configured_keys`: the configuration has ingest keys."""
    problems = settings.tls.problems() if settings.tls else []
    if not is_loopback(settings.host):
        if Role.COLLECTOR in settings.roles and not settings.ingest_key and not configured_keys:
            problems.append(
                f"--host {settings.host} is reachable from elsewhere, but no ingest key is set; set {PREFIX}INGEST_KEY or {PREFIX}INGEST_KEY_FILE, or configure ingest_keys"
            )
        if Role.DASHBOARD in settings.roles and not settings.page_password:
            problems.append(
                f"--host {settings.host} is reachable from elsewhere, but no page password is set; set {PREFIX}PAGE_PASSWORD or {PREFIX}PAGE_PASSWORD_FILE"
            )
    if settings.roles != frozenset(Role) and settings.clickhouse is None:
        problems.append(
            f"--roles {','.join(sorted(settings.roles))} splits the work over processes, but the embedded engine belongs to one process; "
            f"set {PREFIX}CLICKHOUSE_HOST, or leave --roles out"
        )
    if problems:
        raise SettingsError("\n".join(problems))


def is_loopback(host: str) -> bool:
    """Whether only this machine can connect to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def roles_of(text: str) -> frozenset[Role]:
    """Roles from "collector,scheduler"; SettingsError names an unknown one and lists the choices."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in list(Role)]
    if unknown or not names:
        raise SettingsError(f'--roles "{text}": {", ".join(unknown) or "nothing"} is not a role; choose from {", ".join(Role)}')
    return frozenset(Role(name) for name in names)
