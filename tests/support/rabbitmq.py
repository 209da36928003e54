"""A RabbitMQ of the tests' own: node, folder, ports and even epmd on loopback, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

_PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_SECONDS_TO_START = 150


@dataclass(frozen=True)
class Broker:
    """`url` is the management API's, without /api; user and password are guest."""

    url: str
    amqp_port: int
    http: httpx.Client

    def put(self, path: str, **settings: Any) -> None:
        self.http.put(f"/api/{path}", json=settings).raise_for_status()

    def vhost(self, name: str) -> None:
        self.put(f"vhosts/{quote(name, safe='')}")
        self.put(f"permissions/{quote(name, safe='')}/guest", configure=".*", write=".*", read=".*")

    def queues(self, vhost: str) -> Mapping[str, Mapping[str, Any]]:
        """What the management API says now, by queue."""
        answer = self.http.get(f"/api/queues/{quote(vhost, safe='')}")
        return {queue["name"]: queue for queue in answer.raise_for_status().json()}


def missing() -> str:
    """Why no broker can be started here, "" when it can."""
    if not _PROGRAM.exists() or shutil.which("erl") is None:
        return "no RabbitMQ is installed; apt-get install rabbitmq-server"
    return ""


@contextmanager
def running_rabbitmq(folder: Path) -> Iterator[Broker]:
    """Until the block ends. Statistics are collected twice a second instead of every 5 s, to spare the tests waiting."""
    amqp, distribution, epmd, management = _free_ports(4)
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
    (folder / "rabbitmq.conf").write_text(
        f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\ncollect_statistics_interval = 500\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RABBITMQ_")} | {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"supplyscope-{amqp}@localhost",
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(amqp),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen([str(_PROGRAM)], env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{management}", auth=("guest", "guest"), trust_env=False) as http:
                _await(http, process, folder / "output.log")
                yield Broker(f"http://127.0.0.1:{management}", amqp, http)
        finally:
            _stop(process, environment)


def _await(http: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < until:
        try:
            if http.get("/api/overview").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"RabbitMQ did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen[bytes], environment: Mapping[str, str]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    # The node started an epmd of its own on our port, which outlives it.
    epmd = shutil.which("epmd")
    for _ in range(20 if epmd else 0):
        if subprocess.run([str(epmd), "-kill"], env=dict(environment), capture_output=True).returncode == 0:
            return
        time.sleep(0.1)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports
