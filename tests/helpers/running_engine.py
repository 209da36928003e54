"""The stand-in for clickhouse-server as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running_engine(folder: Path | str, user: str = "default", password_file: Path | None = None) -> Iterator[int]:
    """Its port, until the block ends."""
    secret = ["--password-file", str(password_file)] if password_file else []
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.http_engine", "--port", "0", "--path", str(folder), "--user", user, *secret],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address, "the engine ended before it listened"
        yield int(address.rsplit(":", 1)[1])
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        process.stdout.close()
