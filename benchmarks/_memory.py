"""Resident memory of a process while it runs."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path


class Memory:
    """Samples every second between enter and exit; figures in MB."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._samples: list[float] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    @property
    def peak_mb(self) -> float:
        return max(self._samples, default=0.0)

    def tenths(self) -> list[int]:
        """The highest sample of each tenth of the time so far."""
        size = max(1, len(self._samples) // 10)
        return [round(max(self._samples[start : start + size])) for start in range(0, len(self._samples), size)]

    def _run(self) -> None:
        while not self._stopped.wait(1):
            with contextlib.suppress(OSError):
                for line in self._status.read_text().splitlines():
                    if line.startswith("VmRSS:"):
                        self._samples.append(int(line.split()[1]) / 1024)
