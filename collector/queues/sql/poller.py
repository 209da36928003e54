"""A database, asked one question in a transaction that reads and is rolled back."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from collector.http_client import text_of
from collector.queues.poller import PollFailed, QueueReading, Setup
from collector.queues.rates import Rates
from collector.queues.sql.config import SqlSettings
from collector.queues.sql.guards import guard
from collector.queues.sql.rows import checked_columns, reading


class SqlPoller:
    """One connection, kept; looked at before each use."""

    def __init__(self, setup: Setup) -> None:
        settings: SqlSettings = setup.settings
        self._settings = settings
        self._timeout = setup.timeout
        self._clock = setup.clock
        self._broker = settings.broker or setup.id
        self._rates = Rates()
        self._zone = _zone(settings.time_zone)
        url = _url(setup, settings)
        self._where = url.render_as_string(hide_password=True).partition("?")[0]
        self._engine = _engine(url, setup, settings)

    def sample(self) -> Sequence[QueueReading]:
        """A reading per row whose queue is wanted."""
        connection = self._connected()
        try:
            with connection:
                return self._read(connection)
        except DBAPIError as error:
            raise PollFailed(f"{self._where} refused the query: {_told(error)}; {_remedy(error)}") from None
        except SQLAlchemyError as error:
            raise PollFailed(f"the query cannot be run at {self._where} ({type(error).__name__}); check it") from None

    def close(self) -> None:
        self._engine.dispose()

    def _connected(self) -> Connection:
        try:
            return self._engine.connect()
        except DBAPIError as error:
            raise PollFailed(
                f"{self._where} cannot be reached: {_told(error)}; check url, username, password, options and the network"
            ) from None

    def _read(self, connection: Connection) -> list[QueueReading]:
        settings = self._settings
        guard(connection, self._timeout)
        # The text is the user's own; a colon in it is no parameter.
        result = connection.execute(text(settings.query.replace(":", r"\:").rstrip().rstrip(";")))
        if not result.returns_rows:
            raise PollFailed("the query returns no rows at all; write a SELECT")
        columns = list(result.keys())
        checked_columns(columns, settings.queue)
        names = [name.lower() for name in columns]
        rows = result.fetchmany(settings.row_limit + 1)
        if len(rows) > settings.row_limit:
            raise PollFailed(f"the query returned more than {settings.row_limit} rows; group by queue, or raise row_limit")
        now = self._clock()
        found = [self._reading(dict(zip(names, row, strict=True)), now) for row in rows]
        connection.rollback()
        return [each for each in found if settings.choice.wants(each.queue)]

    def _reading(self, row: dict[str, Any], now: Any) -> QueueReading:
        return reading(row, self._settings.queue, self._broker, self._zone, self._rates, now)


def _url(setup: Setup, settings: SqlSettings) -> URL:
    try:
        url = make_url(text_of(settings.url, setup.environment))
    except (ArgumentError, ValueError):
        raise PollFailed("url is not a database's address; write for example postgresql+psycopg://host/database") from None
    if settings.username is not None:
        url = url.set(username=text_of(settings.username, setup.environment))
    if settings.password is not None:
        url = url.set(password=settings.password.reveal(setup.environment))
    return url


def _engine(url: URL, setup: Setup, settings: SqlSettings) -> Engine:
    options: dict[str, Any] = {
        name: value.reveal(setup.environment) if hasattr(value, "reveal") else value for name, value in settings.options.items()
    }
    defaults: dict[str, Any] = {}
    if url.get_backend_name() == "postgresql":
        defaults = {"connect_timeout": max(1, round(setup.timeout)), "application_name": "supplyscope"}
    elif url.get_backend_name() == "sqlite":
        # Samples come one after the other, but not always from the same thread.
        defaults = {"check_same_thread": False, "timeout": setup.timeout}
    try:
        return create_engine(
            url,
            connect_args=defaults | options,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            pool_timeout=setup.timeout,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise PollFailed(
            f"there is no driver for {url.drivername} ({error}); install it beside Supplyscope, or name another after the +"
        ) from None


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise PollFailed(f"time_zone {name} is not a time zone; write an IANA name, for example America/Chicago") from None


def _told(error: DBAPIError) -> str:
    """The first line of what the driver says. A message about data may repeat it, so only its kind is told then."""
    kind = type(error).__name__
    if kind in ("DataError", "IntegrityError"):
        return kind + _state(error)
    first = str(error.orig).strip().partition("\n")[0]
    return f"{kind}{_state(error)}: {first}" if first else kind + _state(error)


def _state(error: DBAPIError) -> str:
    state = getattr(error.orig, "sqlstate", None)
    return f" {state}" if state else ""


def _remedy(error: DBAPIError) -> str:
    """By SQLSTATE, the first line by what SQLite says instead."""
    state, said = getattr(error.orig, "sqlstate", None) or "", str(error.orig)
    if state == "57014" or "interrupted" in said:
        return "it took too long: add an index, raise timeout, or ask for less"
    if state in ("25006",) or "readonly" in said:
        return "it must only read"
    if state == "42501":
        return "grant its user SELECT on what it reads"
    return "run it by hand with the same user"
