"""supplyscope serve"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

import structlog
import typer

from collector.queues.kinds import settings_of_kind
from domain.loader import ConfigurationError, load
from domain.loader import check as check_configuration
from server import settings as settings_module
from server.commands.options import Config, Data, Host, OtlpGrpcPort, OtlpPort, Port, Roles
from server.commands.output import console, fail
from server.runtime import Runtime
from server.serving import Addresses
from server.serving import serve as serve_until_stopped
from server.settings import Settings, SettingsError
from server.tls import Tls
from server.tls import of as tls_of

_DATA, _CONFIG = Path("data"), Path("config")


def serve(
    data: Data = _DATA,
    config: Config = _CONFIG,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    otlp_http_port: OtlpPort = 4318,
    otlp_grpc_port: OtlpGrpcPort = None,
    roles: Roles = "collector,scheduler,dashboard",
) -> None:
    """Run Supplyscope: collector, scheduler and dashboard in one process, or the roles chosen."""
    settings = settings_from(
        data=data, config=config, host=host, port=port, otlp_http_port=otlp_http_port, otlp_grpc_port=otlp_grpc_port, roles=roles
    )
    run(settings, announce)


def settings_from(
    *, data: Path, config: Path, host: str, port: int, otlp_http_port: int, roles: str, otlp_grpc_port: int | None = None
) -> Settings:
    """Options and environment as checked settings; SettingsError names everything that cannot work."""
    settings = Settings(
        config=config,
        data=data,
        host=host,
        port=port,
        otlp_http_port=otlp_http_port,
        otlp_grpc_port=otlp_grpc_port,
        roles=settings_module.roles_of(roles),
        clickhouse=settings_module.clickhouse(os.environ),
        ingest_key=settings_module.secret(os.environ, "INGEST_KEY"),
        page_password=settings_module.secret(os.environ, "PAGE_PASSWORD"),
        tls=_tls(),
        telemetry=settings_module.telemetry(os.environ),
    )
    settings_module.check(settings, configured_keys=not settings_module.is_loopback(host) and _configures_keys(config))
    return settings


def _tls() -> Tls | None:
    try:
        return tls_of(os.environ, settings_module.PREFIX)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _configures_keys(config: Path) -> bool:
    """A broken configuration is told later, whole; it is no reason to ask for a key as well."""
    result = check_configuration(config, poller_settings=settings_of_kind())
    return result.configuration is None or bool(result.configuration.ingest_keys)


def run(settings: Settings, on_ready: Callable[[Addresses], None], least: int = logging.INFO) -> None:
    """Serve until stopped, logging from level `least`; a broken configuration prints every problem and exits 2."""
    log_as_lines(least)
    try:
        configuration = load(settings.config, poller_settings=settings_of_kind())
    except ConfigurationError as error:
        fail(str(error))
        raise typer.Exit(2) from error
    runtime = Runtime(settings, configuration)
    try:
        serve_until_stopped(runtime, on_ready)
    finally:
        runtime.stop()


def announce(addresses: Addresses) -> None:
    """Where to look and where to send, on standard output."""
    console.print(f"Pages and API   {addresses.pages}", highlight=False)
    if addresses.otlp:
        console.print(f"OTLP over HTTP  {addresses.otlp}/v1/traces", highlight=False)
    if addresses.grpc:
        console.print(f"OTLP over gRPC  {addresses.grpc}", highlight=False)
    sys.stdout.flush()


def log_as_lines(least: int = logging.INFO) -> None:
    """Logs go to standard error as key=value lines, so that standard output stays for answers."""
    # A job that is still busy at its next turn is no news: its run time shows in /metrics.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(least),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
