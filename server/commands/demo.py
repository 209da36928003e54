"""supplyscope demo"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

from server.commands.options import EXAMPLE, Config, Data, Host, OtlpGrpcPort, OtlpPort, Port
from server.commands.output import console
from server.commands.serve import announce, run, settings_from
from server.serving import Addresses

_DATA = Path("data/demo")


class Traffic:
    """The simulator as a process of its own: a client of the public ports. `stop` is safe without start, and twice."""

    def __init__(self, data: Path, seed: int, weeks: int, scale: float) -> None:
        self._options = [
            "--seed", str(seed), "--weeks", str(weeks), "--scale", str(scale),
            "--state", str(data / "simulator.json"), "--truth", str(data / "ground-truth.jsonl"),
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, addresses: Addresses) -> None:
        command = [sys.executable, "-m", "simulator", "--server", addresses.pages, "--otlp", addresses.otlp or addresses.pages]
        # A session of its own: Ctrl-C reaches only the server, which then stops the simulator in order.
        self._process = subprocess.Popen(command + self._options, start_new_session=True)

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()


def demo(
    data: Data = _DATA,
    config: Config = EXAMPLE,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    otlp_http_port: OtlpPort = 4318,
    otlp_grpc_port: OtlpGrpcPort = None,
    seed: int = 7,
    weeks: int = 8,
    scale: float = 1.0,
) -> None:
    """Serve the example network of twelve hospitals with eight weeks of history and live simulated traffic."""
    settings = settings_from(
        data=data,
        config=config,
        host=host,
        port=port,
        otlp_http_port=otlp_http_port,
        otlp_grpc_port=otlp_grpc_port,
        roles="collector,scheduler,dashboard",
    )
    data.mkdir(parents=True, exist_ok=True)
    if settings.ingest_key:
        os.environ["SUPPLYSCOPE_INGEST_KEY"] = settings.ingest_key
    traffic = Traffic(data, seed, weeks, scale)

    def begin(addresses: Addresses) -> None:
        announce(addresses)
        console.print("Ctrl-C stops; the next start continues with this data.", highlight=False)
        traffic.start(addresses)

    try:
        run(settings, begin, least=logging.ERROR)  # Leaves the terminal to the progress bar.
    finally:
        traffic.stop()
