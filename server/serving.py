"""The listening ports in one event loop, and an orderly stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn
from starlette.types import ASGIApp

from collector.otlp.grpc import GrpcDoor
from domain.problems import ConfigurationError
from server.app import create_app, create_intake_app
from server.connections import bounded
from server.runtime import Runtime
from server.settings import Role, Settings, SettingsError
from store.errors import StoreError

log = structlog.get_logger("server")
_GRACE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this process listens; otlp and grpc None: this role takes no telemetry. grpc is host:port."""

    pages: str
    otlp: str | None
    grpc: str | None = None


class _Server(uvicorn.Server):
    """Signals are handled once, for both servers together."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


def serve(runtime: Runtime, on_ready: Callable[[Addresses], None]) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` is called once all ports accept connections."""
    asyncio.run(_serve(runtime, on_ready))


async def _serve(runtime: Runtime, on_ready: Callable[[Addresses], None]) -> None:
    settings = runtime.settings
    listeners = [(_listen(settings, settings.port, "--port"), create_app(runtime))]
    if Role.COLLECTOR in settings.roles:
        listeners.append((_listen(settings, settings.otlp_http_port, "--otlp-http-port"), create_intake_app(runtime)))
    servers = [_Server(_config(app, runtime)) for _, app in listeners]
    grpc = _grpc_door(runtime)
    _stop_on_signals(servers)
    _reload_on_hangup(runtime)
    runtime.start()
    tasks = [
        asyncio.create_task(server.serve(sockets=[listener])) for server, (listener, _) in zip(servers, listeners, strict=True)
    ]
    try:
        if grpc is not None:
            await grpc.start()
        while not all(server.started for server in servers) and not any(task.done() for task in tasks):
            await asyncio.sleep(0.02)
        urls = [
            f"{'https' if settings.tls else 'http'}://{_printable(settings.host)}:{listener.getsockname()[1]}"
            for listener, _ in listeners
        ]
        on_ready(Addresses(urls[0], urls[1] if len(urls) > 1 else None, grpc.address if grpc else None))
        await asyncio.gather(*tasks)
    finally:
        if grpc is not None:
            await grpc.stop(_GRACE_SECONDS)
        await asyncio.to_thread(runtime.stop)


def _config(app: ASGIApp, runtime: Runtime) -> uvicorn.Config:
    tls: dict[str, Any] = runtime.settings.tls.uvicorn_options() if runtime.settings.tls else {}
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        lifespan="on",
        ws="auto",
        http=bounded(runtime.collector.limits.header_timeout),
        **tls,
    )


def _grpc_door(runtime: Runtime) -> GrpcDoor | None:
    """OTLP over gRPC, None when this role takes no telemetry. SettingsError when its port is not free."""
    settings = runtime.settings
    if Role.COLLECTOR not in settings.roles:
        return None
    try:
        return GrpcDoor(
            runtime.collector, settings.host, settings.grpc_port, settings.tls.grpc_credentials() if settings.tls else None
        )
    except OSError as error:
        raise SettingsError(
            f"--otlp-grpc-port {settings.grpc_port} on {settings.host} is not free; stop what uses it, or pass --otlp-grpc-port 0"
        ) from error


def _listen(settings: Settings, port: int, option: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"{option} {port} on {settings.host} is not free ({error.strerror}); stop what uses it, or pass {option} 0"
        ) from error
    return listener


def _stop_on_signals(servers: list[_Server]) -> None:
    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def _reload_on_hangup(runtime: Runtime) -> None:
    """SIGHUP reads the configuration again, in a thread; a broken one is told in the log and the old one stays."""

    def reload() -> None:
        try:
            runtime.reconfiguration.reload()
        except (ConfigurationError, StoreError) as error:
            log.error("configuration not reloaded, the old one stays in force", error=str(error))

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, reload))


def _printable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
