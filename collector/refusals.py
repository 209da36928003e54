"""Why a request was not taken, with the HTTP status that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def sayable(text: str) -> str:
    """`text` with lone surrogates, which JSON may spell and no encoding takes, written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a JSON body: where (a path such as [3].data.time), what, and the value found there."""

    path: str
    message: str
    value: str = ""
    event_id: str = ""


class Refused(Exception):
    """The request is not taken and nothing of it is stored. `reason` is a short word for figures; `retry_after` seconds or None."""

    def __init__(
        self, status: int, reason: str, message: str, *, retry_after: int | None = None, problems: Sequence[Problem] = ()
    ) -> None:
        self.message = sayable(message)
        super().__init__(self.message)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        self.problems = tuple(problems)


def store_away(detail: object, retry_after: int) -> Refused:
    """The store did not commit; the sender keeps the data and tries again."""
    return Refused(503, "store_unavailable", f"Not stored, send again: {detail}", retry_after=retry_after)
