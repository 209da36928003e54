"""StoreError
├── StoreUnavailable   the engine cannot be reached or its folder is in use; trying later may help
├── QueryFailed        the engine refused a query; the message names the query and the engine's reason
└── SchemaMismatch     the live schema is not the declared one
"""

from __future__ import annotations


class StoreError(Exception):
    """Anything the store could not do."""


class StoreUnavailable(StoreError):
    """The engine cannot be reached, or another process holds its folder."""


class QueryFailed(StoreError):
    """The engine refused a query. `code` is the engine's error code, 0 when it gave none."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class SchemaMismatch(StoreError):
    """The live schema differs from the declared one."""
