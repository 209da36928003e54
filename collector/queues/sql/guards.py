"""What each database is told so that a query only reads, and ends in time."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection, text

_TICKS = 10_000


def guard(connection: Connection, seconds: float) -> None:
    """Make this transaction read only and its statements end after `seconds`, as far as the database can.

    Others than those below get neither: their user must not be allowed to write, and the poll's own timeout ends the waiting.
    """
    milliseconds = max(1, int(seconds * 1000))
    match connection.dialect.name:
        case "postgresql":
            # Parameters are not taken here; the value is a number of ours.
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))
            connection.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
        case "mysql":
            connection.execute(text(f"SET SESSION max_execution_time = {milliseconds}"))
        case "mariadb":
            connection.execute(text(f"SET SESSION max_statement_time = {seconds:.3f}"))
        case "oracle":
            _driver(connection).call_timeout = milliseconds
            connection.execute(text("SET TRANSACTION READ ONLY"))
        case "mssql":
            connection.execute(text(f"SET LOCK_TIMEOUT {milliseconds}"))
        case "sqlite":
            connection.execute(text("PRAGMA query_only = ON"))
            until = time.monotonic() + seconds
            _driver(connection).set_progress_handler(lambda: time.monotonic() > until, _TICKS)
        case _:
            return


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
