"""Whether this collector's configuration is the one the store's views were made of; if not, it takes nothing in.

Rows made under one set of rules beside rows made under another would be a third answer that nobody configured (ADR 0016).
"""

from __future__ import annotations

import os
import socket
import threading
from datetime import UTC, datetime

import structlog

from collector.refusals import Refused
from collector.sequence import Sequence
from domain.configuration import Configuration
from store.errors import StoreError
from store.generations import fingerprints
from store.query import Query
from store.store import Store

_log = structlog.get_logger(__name__)
_STORE = Query.beside(__file__, "agreement.sql")
_EVERY_SECONDS = 1.0


class Agreement:
    """Asks the store every second, in a thread of its own between `start` and `stop`; both are safe twice.

    While the store is away, or before its first generation, what was last known holds: `check` never waits for the store.
    """

    def __init__(self, store: Store, configuration: Configuration, sequence: Sequence, retry_after: int) -> None:
        self.collector_id = f"{socket.gethostname()}-{os.getpid()}-{id(self):x}"
        self._store = store
        self._sequence = sequence
        self._retry_after = retry_after
        self._own = fingerprints(configuration).rules
        self._accepted = frozenset({self._own})
        self._of_store = ""
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def rules(self) -> str:
        """Fingerprint of this collector's own rules."""
        return self._own

    def start(self) -> None:
        if self._thread is not None:
            return
        self.look()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="rules agreement", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        self._stopping.set()
        if thread is not None:
            thread.join()

    def expect(self, configuration: Configuration, *, changing: bool = False) -> None:
        """From now on the rules of `configuration` are this collector's; while `changing`, those before it are taken too."""
        before, self._own = self._own, fingerprints(configuration).rules
        self._accepted = frozenset({before, self._own}) if changing else frozenset({self._own})

    def check(self) -> None:
        """Refused 503 while the store's rules are others."""
        if self._of_store and self._of_store not in self._accepted:
            raise Refused(
                503,
                "other_rules",
                f"This collector's rules are {self._own}, the store's are {self._of_store}: nothing is taken in until they agree. "
                "Give every process the same configuration folder, then run: supplyscope reload",
                retry_after=self._retry_after,
            )

    def look(self) -> None:
        """Ask the store now."""
        try:
            rows = self._store.records(_STORE)
        except StoreError as error:
            _log.warning("rules not compared, the store is away", error=str(error).split("\n", 1)[0][:200])
            return
        if not rows:
            return
        self._sequence.saw(rows[0]["sequence"])
        if rows[0]["rules"] != self._of_store:
            self._of_store = rows[0]["rules"]
            if self._of_store not in self._accepted:
                _log.error("rules differ, intake refuses", own=self._own, store=self._of_store)

    def report(self) -> None:
        """Put on record that this collector runs, with which rules, and how far its order has come."""
        row = {
            "collector_id": self.collector_id, "node": self._sequence.node, "rules": self._own,
            "refusing": "" if not self._of_store or self._of_store in self._accepted else self._of_store,
            "sequence": self._sequence.last, "seen": datetime.now(UTC),
        }  # fmt: skip
        self._store.insert("collectors", [row])

    def _run(self) -> None:
        while not self._stopping.wait(_EVERY_SECONDS):
            self.look()
