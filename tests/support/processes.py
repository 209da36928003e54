"""The real command line as a process of its own, on free ports."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
_SECONDS_TO_START = 60


def supplyscope(
    *arguments: str, environment: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a sub-command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=ROOT,
        env=_environment(environment),
    )


@dataclass
class RunningServer:
    """`pages` and `otlp` are base URLs ('' when the role has none); `log` is what it wrote so far."""

    process: subprocess.Popen[str]
    pages: str = ""
    otlp: str = ""
    log: list[str] = field(default_factory=list)


@contextmanager
def running(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[RunningServer]:
    """`supplyscope ARGUMENTS` until the block ends; waits for the printed addresses."""
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=_environment(environment),
    )
    server = RunningServer(process)
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process, server.log, lines), daemon=True)
    reader.start()
    try:
        _await_addresses(server, lines)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        reader.join(5)
        if process.stdout:
            process.stdout.close()


def write_configuration(folder: Path, network: Mapping[str, Any]) -> Path:
    """The network as a user's YAML folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "network.yaml").write_text(yaml.safe_dump(dict(network), sort_keys=False, allow_unicode=True), encoding="utf-8")
    return folder


def _await_addresses(server: RunningServer, lines: queue.Queue[str | None]) -> None:
    while True:
        try:
            line = lines.get(timeout=_SECONDS_TO_START)
        except queue.Empty:
            raise AssertionError("no address was printed in time:\n" + "".join(server.log)) from None
        if line is None:
            raise AssertionError("the server ended before it was ready:\n" + "".join(server.log))
        if found := re.search(r"Pages and API\s+(http://\S+)", line):
            server.pages = found[1]
            if (
                "--roles" in server.process.args
                and "collector" not in server.process.args[server.process.args.index("--roles") + 1]
            ):  # type: ignore[operator,index,union-attr]
                return
        if found := re.search(r"OTLP over HTTP\s+(http://\S+)/v1/traces", line):
            server.otlp = found[1]
            return


def _read(process: subprocess.Popen[str], log: list[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        log.append(line)
        lines.put(line)
    lines.put(None)


def _environment(extra: Mapping[str, str] | None) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SUPPLYSCOPE_")}
    return clean | {"PYTHONUNBUFFERED": "1"} | dict(extra or {})
