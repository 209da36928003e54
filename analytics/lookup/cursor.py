"""Where a page of a story ended: what the next begins after."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass

_LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in its order, newest first: `moment` (nanoseconds of spans, microseconds of events), then `identity`."""

    moment: int = _LAST
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A trace's place among those of a key with many: its newest bucket (Unix time), then its id in hex."""

    bucket: int = 2**32 - 1
    trace: str = "ff" * 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """The first page begins with `START`. `totals`: what the first page counted, in the order of StoryTotals; a page at the end sees less."""

    block: Block = Block()
    span: Place = Place()
    event: Place = Place()
    totals: tuple[int | None, ...] = ()

    def written(self) -> str:
        """As text for a URL; nothing about it is promised but that `read` understands it."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self), separators=(",", ":")).encode()).decode().rstrip("=")


START = Cursor()


class CursorError(ValueError):
    """A cursor that no page gave."""


def read(text: str | None) -> Cursor:
    """None or '' is the first page. Raises CursorError."""
    if not text:
        return START
    try:
        told = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        cursor = Cursor(Block(**told["block"]), Place(**told["span"]), Place(**told["event"]), tuple(told["totals"]))
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise CursorError(_said(text)) from error
    if not _sound(cursor):
        raise CursorError(_said(text))
    return cursor


def _sound(cursor: Cursor) -> bool:
    whole = (cursor.block.bucket, cursor.span.moment, cursor.event.moment, *(n for n in cursor.totals if n is not None))
    texts = (cursor.block.trace, cursor.span.identity, cursor.event.identity)
    if not all(type(n) is int and abs(n) <= _LAST for n in whole) or not all(type(t) is str for t in texts):
        return False
    trace = cursor.block.trace
    return (
        0 <= cursor.block.bucket < 2**32
        and len(cursor.totals) in (0, 7)
        and len(trace) == 32
        and not set(trace) - set("0123456789abcdef")
    )


def _said(text: str) -> str:
    return f'cursor = "{text[:80]}" was not given by a page of a story; leave it out to begin with the newest'
