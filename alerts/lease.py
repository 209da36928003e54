"""Who is the scheduler: a lease in the store, with an epoch that every event carries. Of two schedulers one decides, the other refuses."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from domain.clock import Clock
from store.errors import StoreError
from store.query import Query
from store.store import Store

_NEWEST = Query.beside(__file__, "lease_newest.sql")
LENGTH = timedelta(seconds=30)
_RENEW_AFTER = timedelta(seconds=8)


class LeaseHeld(StoreError):
    """Another scheduler holds the lease; the message says which, until when, and what to do."""

    def __init__(self, holder: str, until: datetime, *, alive: bool) -> None:
        super().__init__(
            f"another scheduler ({_shown(holder)}) holds the lease until {until:%H:%M:%S} UTC and renews it; stop that one first, "
            "or start this process without the scheduler role: --role collector --role dashboard"
        )
        self.holder, self.until, self.alive = holder, until, alive


class LeaseLost(StoreError):
    """The lease ended within a round; what was decided in it is not recorded, the next round decides anew."""

    def __init__(self, began: int, epoch: int) -> None:
        super().__init__(f"a round of alerting began in epoch {began} of the lease and ended in {epoch}; it is decided anew")


@dataclass(frozen=True, slots=True)
class _Held:
    epoch: int
    holder: str
    until: datetime


class Lease:
    """One per process. Safe from any thread. epoch 0: not held."""

    def __init__(
        self, store: Store, clock: Clock, holder: str | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._store = store
        self._clock = clock
        self._holder = holder or _ourselves()
        self._sleep = sleep
        self._lock = threading.Lock()
        self._renewed: datetime | None = None
        self.epoch = 0

    def take(self) -> int:
        """Become the scheduler; returns the epoch. Waits for a lease that nobody renews to end; LeaseHeld as soon as it is renewed."""
        with self._lock:
            first: datetime | None = None
            while True:
                try:
                    return self._take()
                except LeaseHeld as held:
                    first = first or held.until
                    if held.alive or held.until != first:
                        raise
                self._sleep(0.5)

    def hold(self) -> int:
        """Still the scheduler, or again: renewed where it is time, taken where it had ended. LeaseHeld when another one decides now."""
        with self._lock:
            now = self._clock()
            if self.epoch and self._renewed is not None and timedelta(0) <= now - self._renewed < _RENEW_AFTER:
                return self.epoch
            newest = self._newest()
            if self.epoch and newest is not None and (newest.epoch, newest.holder) == (self.epoch, self._holder):
                self._write(self.epoch, "renewed", now + LENGTH)
                self._renewed = now
                return self.epoch
            self.epoch = 0
            return self._take()

    def release(self) -> None:
        """At an orderly stop the next scheduler need not wait. Nothing to do when it is not held."""
        with self._lock:
            if self.epoch:
                epoch, self.epoch = self.epoch, 0
                self._write(epoch, "released", self._clock())

    def _take(self) -> int:
        newest, now = self._newest(), self._clock()
        if newest is not None and newest.holder != self._holder and newest.until > now and not _died(newest.holder):
            raise LeaseHeld(newest.holder, newest.until, alive=_lives(newest.holder))
        epoch = newest.epoch + 1 if newest else 1
        # Under this token the second of two is a no-op: whoever the epoch names has it.
        self._write(epoch, "taken", now + LENGTH, f"lease-{epoch}")
        won = self._newest()
        if won is None or (won.epoch, won.holder) != (epoch, self._holder):
            raise LeaseHeld(won.holder if won else "", won.until if won else now, alive=True)
        self.epoch, self._renewed = epoch, now
        return epoch

    def _newest(self) -> _Held | None:
        return next(iter(self._store.rows(_NEWEST, _Held)), None)

    def _write(self, epoch: int, kind: str, until: datetime, token: str | None = None) -> None:
        row = {"epoch": epoch, "holder": self._holder, "kind": kind, "time": self._clock(), "until": until}
        self._store.insert("scheduler_leases", [row], token)


def _ourselves() -> str:
    """Host, what tells its processes apart from those of another host or container of that name, process, and this lease."""
    return "/".join((socket.gethostname(), _space(), str(os.getpid()), _began(os.getpid()), uuid.uuid4().hex[:8]))


def _space() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        return hashlib.sha256((boot + str(Path("/proc/self/ns/pid").readlink())).encode()).hexdigest()[:8]
    except OSError:
        return ""


def _began(process: int) -> str:
    """When a process began, in ticks of the machine; "" when there is none, or it has ended and its parent has not looked yet."""
    try:
        state, *figures = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return "" if state in "ZX" else figures[18]
    except (OSError, ValueError, IndexError):
        return ""


def _here(holder: str) -> tuple[int, str] | None:
    """Process and its beginning, where the holder ran beside us; None where that cannot be seen."""
    parts = holder.split("/")
    if len(parts) != 5 or not parts[1] or (parts[0], parts[1]) != (socket.gethostname(), _space()) or not parts[2].isdigit():
        return None
    return int(parts[2]), parts[3]


def _died(holder: str) -> bool:
    """Certainly gone: its successor need not wait."""
    beside = _here(holder)
    return beside is not None and _began(beside[0]) != beside[1]


def _lives(holder: str) -> bool:
    beside = _here(holder)
    return beside is not None and _began(beside[0]) == beside[1]


def _shown(holder: str) -> str:
    parts = holder.split("/")
    return f"{parts[0]}, process {parts[2]}" if len(parts) == 5 else holder or "unknown"
