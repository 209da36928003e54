"""Open ClickHouse, embedded or as a server, with one client per thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from store import memory_files, statements
from store.errors import StoreUnavailable

MEMORY = ":memory:"
# The client library logs values it could not convert and answers that quote rows; what matters of them is raised as well.
logging.getLogger("clickhouse_connect").setLevel(logging.CRITICAL + 1)
statements.read_once()
_CONNECT_SECONDS = 5
_SETTINGS = {
    "insert_deduplicate": 1,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    "date_time_output_format": "iso",
    "join_use_nulls": 0,
    "max_threads": 2,
    # What a statement reads at several places is planned and read once, where it is written AS MATERIALIZED.
    "enable_materialized_cte": 1,
    # Machine code costs 40 ms a function, and our statements are new each time or short: off, a round of conditions costs a tenth less.
    "compile_expressions": 0,
    "compile_aggregate_expressions": 0,
    "compile_sort_description": 0,
    # Conclusions from chains of comparisons are half of what planning a large statement costs, and we write what can be concluded.
    "optimize_and_compare_chain": 0,
}


@dataclass(frozen=True, slots=True)
class Location:
    """Where the data lives: an embedded folder (or ":memory:"), or a server when `host` is given.

    A server that does not answer within `answer_seconds` is away: what it should have stored is kept and sent again.
    """

    path: str = MEMORY
    database: str = "supplyscope"
    host: str | None = None
    port: int = 8123
    username: str = "default"
    password: str = field(default="", repr=False)
    secure: bool = False
    answer_seconds: int = 60

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}" if self.host else f"{self.path}/{self.database}"


class Engine:
    """Clients of one location. `client()` is this thread's own; `close()` is safe twice and closes all of them."""

    def __init__(self, location: Location, memory_bytes: int = 6 << 30, *, ignore_views: bool = False) -> None:
        self.location = location
        self._memory_bytes = memory_bytes
        self._settings = _SETTINGS | ({"materialized_views_ignore_errors": 1} if ignore_views else {})
        self._local = threading.local()
        self._clients: list[Client] = []
        self._lock = threading.Lock()
        self._create_database()

    def client(self) -> Client:
        """This thread's client; raises StoreUnavailable when the engine cannot be opened."""
        existing: Client | None = getattr(self._local, "client", None)
        if existing is None:
            existing = self._local.client = self._open(self.location.database)
            with self._lock:
                self._clients.append(existing)
        return existing

    def close(self) -> None:
        with self._lock:
            clients, self._clients = self._clients, []
        self._local = threading.local()
        for client in clients:
            client.close()

    def _create_database(self) -> None:
        # Kept open: an in-memory engine lives as long as its first client, and the folder's lock stays ours.
        client = self._open("default")
        self._clients.append(client)
        try:
            client.command(f"CREATE DATABASE IF NOT EXISTS `{self.location.database}`")
        except ClickHouseError as error:
            raise StoreUnavailable(f"ClickHouse at {self.location} refused to create the database: {error}") from error

    def _open(self, database: str) -> Client:
        try:
            return clickhouse_connect.get_client(database=database, settings=dict(self._settings), **self._target())
        except (ClickHouseError, OSError, RuntimeError) as error:
            raise StoreUnavailable(
                f"ClickHouse at {self.location} cannot be opened: {error}. "
                "Check that no other process uses the folder, or that the server is running and the password is right."
            ) from error

    def _target(self) -> Mapping[str, Any]:
        place = self.location
        if place.host:
            return {
                "host": place.host, "port": place.port, "username": place.username, "password": place.password,
                "secure": place.secure, "tz_mode": "aware", "autogenerate_session_id": False,
                "connect_timeout": _CONNECT_SECONDS, "send_receive_timeout": place.answer_seconds,
            }  # fmt: skip
        memory_files.use_memory(None if place.path == MEMORY else Path(place.path).resolve().parent / "inserting")
        options: dict[str, Any] = {"max_server_memory_usage": self._memory_bytes, "mark_cache_size": 256 << 20}
        if place.path != MEMORY:
            backups = Path(place.path).resolve().parent / "backups"
            backups.mkdir(parents=True, exist_ok=True)
            options["backups.allowed_path"] = str(backups)
        return {"interface": "chdb", "path": place.path, "chdb_options": options, "tz_mode": "aware"}
