"""Which requests were stored lately, and which are being stored at this moment: by the hash of their content."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Recent:
    """The last digests that were stored. Safe between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._digests: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def holds(self, digest: bytes) -> bool:
        with self._lock:
            return digest in self._digests

    def add(self, digests: Iterable[bytes]) -> None:
        with self._lock:
            for digest in digests:
                self._digests[digest] = None
                self._digests.move_to_end(digest)
            while len(self._digests) > self._most:
                self._digests.popitem(last=False)


class Flying:
    """Digests of the batches being stored. Two batches that share a request do so one after the other."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()
        self._landed = threading.Condition()
        self.alone = threading.Lock()

    @contextmanager
    def taking_off(self, digests: Iterable[bytes]) -> Iterator[Flying]:
        """Waits until none of `digests` is being stored elsewhere in this process; they are ours inside the block.

        What must happen for one batch at a time goes into `with flight.alone`.
        """
        ours = frozenset(digests)
        with self._landed:
            self._landed.wait_for(lambda: self._digests.isdisjoint(ours))
            self._digests |= ours
        try:
            yield self
        finally:
            with self._landed:
                self._digests -= ours
                self._landed.notify_all()
