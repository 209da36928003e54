"""What our intake is compared with: Rotel discarding, and the usual Python way."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import rotel

HERE = Path(__file__).resolve().parent


@contextlib.contextmanager
def rotel_blackhole(folder: Path) -> Iterator[str]:
    """Rotel receiving over OTLP/HTTP into its blackhole exporter; yields the base URL."""
    http, grpc = free_port(), free_port()
    agent = Path(rotel.__file__).parent / "rotel-agent"
    command = [
        str(agent), "start", "--exporter", "blackhole", "--otlp-http-endpoint", f"127.0.0.1:{http}",
        "--otlp-grpc-endpoint", f"127.0.0.1:{grpc}", "--pid-file", str(folder / "rotel.pid"),
    ]  # fmt: skip
    with running(command, folder / "rotel.log", http):
        yield f"http://127.0.0.1:{http}"


@contextlib.contextmanager
def python_rows(folder: Path) -> Iterator[str]:
    """Protobuf objects to rows to clickhouse-connect, coalesced and acknowledged after the insert as ours is."""
    port = free_port()
    with running([sys.executable, str(HERE / "_python_rows.py"), str(folder / "rows"), str(port)], folder / "rows.log", port):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def running(
    command: list[str], log: Path, port: int, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a process of its own until the block ends, once `port` accepts connections."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=os.environ | (environment or {}), start_new_session=True, cwd=log.parent
        )
        try:
            _accepting(process, port, log)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _accepting(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.1)
    raise SystemExit(f"{process.args!r} does not listen on {port} after 90 s; see {log}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
