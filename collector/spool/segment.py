"""One batch as it lies on disk: what is inserted together, under one token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from collector.spool.keys import SpoolKeys, Unreadable


@dataclass(frozen=True, slots=True)
class Kept:
    """One request as it is inserted. `decoded` spares reading the payload again in the process that made it.

    `lacks` names views whose rows alone are missing in the store; empty for a request of which nothing is there.
    """

    payload: bytes = field(repr=False)
    digest: bytes | None
    records: int
    decoded: Any = field(default=None, repr=False, compare=False)
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """`kind` is the way in that can insert it (traces, logs, metrics, rows); `replaces` names segments this one stands for."""

    kind: str
    token: str
    requests: tuple[Kept, ...]
    replaces: tuple[str, ...] = ()

    @property
    def digests(self) -> frozenset[bytes]:
        return frozenset(kept.digest for kept in self.requests if kept.digest is not None)


def packed(segment: Segment, keys: SpoolKeys, note: Mapping[str, Any] | None = None) -> bytes:
    """Sealed, with `note` readable again by `unpacked`."""
    head = {
        "kind": segment.kind,
        "token": segment.token,
        "replaces": segment.replaces,
        "requests": [[len(k.payload), k.digest.hex() if k.digest else None, k.records, *k.lacks] for k in segment.requests],
        "note": dict(note or {}),
    }
    return keys.seal(b"\n".join((orjson.dumps(head), b"".join(kept.payload for kept in segment.requests))))


def unpacked(content: bytes, keys: SpoolKeys) -> tuple[Segment, Mapping[str, Any]]:
    """The segment and its note. Raises Unreadable."""
    line, _, rest = keys.unseal(content).partition(b"\n")
    try:
        head = orjson.loads(line)
        requests = _requests(head["requests"], rest)
        return Segment(head["kind"], head["token"], requests, tuple(head["replaces"])), head["note"]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("another version of Supplyscope wrote it") from error


def _requests(described: Sequence[Sequence[Any]], payloads: bytes) -> tuple[Kept, ...]:
    found, start = [], 0
    for size, digest, records, *lacks in described:
        payload = payloads[start : start + size]
        found.append(Kept(payload, bytes.fromhex(digest) if digest else None, records, lacks=tuple(lacks)))
        start += size
    return tuple(found)
