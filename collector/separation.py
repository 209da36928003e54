"""Which requests of a batch the engine will never take, found without storing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from collector.completion import Completing, PartlyStored
from collector.sink import Sink
from collector.spool.segment import Kept
from store.errors import NotStorable, Reason, StoreError, reason
from store.probe import probe
from store.store import Store

Attempt = Callable[[Sequence[Kept]], None]


def poisoned(store: Store, sink: Sink[object], requests: Sequence[Kept], error: StoreError, sequence: int) -> Mapping[int, str]:
    """Index → why, for each request that fails by itself; empty when none does, or when it cannot be tried.

    Raises StoreError when the engine is away meanwhile.
    """
    if isinstance(error, NotStorable):
        return _search(requests, range(len(requests)), lambda part: sink.convert(store, part))
    try:
        with probe(store) as trial:
            found = _search(requests, range(len(requests)), lambda part: _attempt(sink, trial, part, sequence))
    except StoreError as other:
        if reason(other) is Reason.CONFIGURATION:  # We may not make a database to try it in.
            return {}
        raise
    if isinstance(sink, Completing) and isinstance(error, PartlyStored):
        sink.leave_behind(store, [requests[index] for index in found], sequence)
    return found


def _attempt(sink: Sink[object], trial: Store, requests: Sequence[Kept], sequence: int) -> None:
    if isinstance(sink, Completing):
        sink.attempt(trial, requests, sequence)
    else:
        sink.insert(trial, requests, "", sequence)


def _search(requests: Sequence[Kept], indices: Sequence[int], attempt: Attempt) -> dict[int, str]:
    try:
        attempt([requests[index] for index in indices])
    except StoreError as error:
        if reason(error) in (Reason.AWAY, Reason.CONFIGURATION):
            raise
        if len(indices) == 1:
            return {indices[0]: str(error)}
        middle = len(indices) // 2
        return _search(requests, indices[:middle], attempt) | _search(requests, indices[middle:], attempt)
    return {}
