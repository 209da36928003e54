"""A collector that takes files, and what it stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.collector import Collector
from collector.files.watch import FolderWatch
from domain.configuration import Configuration
from domain.files import WatchedFolder
from store.query import Query
from store.store import Store
from tests.support.network import small_network
from tests.support.one_store import empty, one_store

Read = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def migrated(engine: Store) -> Iterator[Store]:
    with one_store(small_network()) as opened:
        yield opened


@pytest.fixture
def store(migrated: Store) -> Store:
    empty(migrated)
    return migrated


@pytest.fixture
def collector(store: Store, configuration: Configuration) -> Iterator[Collector]:
    opened = Collector(store, configuration)
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def read(store: Store) -> Read:
    """Rows of a table, FINAL where it replaces."""

    def ask(table: str, columns: str = "*") -> list[dict[str, Any]]:
        return store.records(Query("test/rows", f"SELECT {columns} FROM {table} ORDER BY ALL"))

    return ask


@pytest.fixture
def watch(collector: Collector, tmp_path: Path) -> Callable[..., FolderWatch]:
    """A watch over tmp_path that takes a file the second time it sees it unchanged."""

    def make(reader: str = "junit", **settings: Any) -> FolderWatch:
        folder = WatchedFolder.model_validate(
            {"id": "drop", "path": str(tmp_path), "reader": reader, "interface": "erp-price-load", "settle": "1ms"} | settings
        )
        return FolderWatch(collector, folder)

    return make
