"""StoreError
├── StoreUnavailable   the engine cannot be reached or its folder is in use; trying later may help
├── QueryFailed        the engine refused a query; the message names the query and the engine's reason
│   └── NotStorable    a value does not fit its column; found before the engine saw any of it
└── SchemaMismatch     the live schema is not the declared one
"""

from __future__ import annotations

import re
from enum import StrEnum

# Busy, full, cut off or going down: among them 159 timeout, 209 and 210 network, 236 aborted, 241 memory, 252 too many parts.
AWAY_CODES = frozenset({3, 159, 160, 164, 202, 209, 210, 236, 241, 242, 243, 252, 279, 286, 319, 394, 425, 499, 745, 749, 999})
# 60, 81: table or database gone; 192-194, 497, 516: who we are is not accepted.
CONFIGURATION_CODES = frozenset({60, 81, 192, 193, 194, 195, 497, 516})
# The engine's words for these name tables and limits, never a value of a row.
_WORDS_WITHOUT_VALUES = AWAY_CODES | CONFIGURATION_CODES
_NAME = re.compile(r"\(([A-Z][A-Z0-9_]{3,})\)")
_MOST_WORDS = 300


class Reason(StrEnum):
    """Why something was not stored, by what helps: waiting, changing the settings, or leaving the request out."""

    AWAY = "away"
    CONFIGURATION = "configuration"
    NOT_STORABLE = "not_storable"
    REFUSED = "refused"


class StoreError(Exception):
    """Anything the store could not do."""


class StoreUnavailable(StoreError):
    """The engine cannot be reached, or another process holds its folder."""


class QueryFailed(StoreError):
    """The engine refused a query. `code` is the engine's error code, 0 when it gave none."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class NotStorable(QueryFailed):
    """A value does not fit its column; nothing of the rows was sent."""


class SchemaMismatch(StoreError):
    """The live schema differs from the declared one."""


def reason(error: StoreError) -> Reason:
    """REFUSED: the body cannot be parsed or a view threw. The code does not tell which, so part of the INSERT may be stored."""
    if isinstance(error, NotStorable):
        return Reason.NOT_STORABLE
    if not isinstance(error, QueryFailed):
        return Reason.AWAY
    if error.code in CONFIGURATION_CODES:
        return Reason.CONFIGURATION
    return Reason.AWAY if error.code in AWAY_CODES else Reason.REFUSED


def without_values(message: str, code: int) -> str:
    """What may be said and logged of a refused INSERT: the engine quotes the rows it could not take, which may be anybody's data."""
    if code in _WORDS_WITHOUT_VALUES:
        return message.split("\n", 1)[0][:_MOST_WORDS]
    names = _NAME.findall(message)
    return f"code {code} {names[-1]}" if names else f"code {code}"
