"""What a statement without a result may cost at most, whether it has settings of its own or not."""

from __future__ import annotations

import pytest

from store.query import Query
from store.store import Store

_INSERT = "INSERT INTO limits SELECT toUInt64(toFloat64(getSetting('max_execution_time'))), toUInt64(getSetting('max_memory_usage')), toUInt64(getSetting('max_block_size'))"


@pytest.mark.parametrize(
    ("own", "block"), [("", 65_409), ("\nSETTINGS max_block_size = 1000", 1_000), (" -- SETTINGS of nobody", 65_409)]
)
def test_an_insert_is_bounded(store: Store, own: str, block: int) -> None:
    store.command("CREATE OR REPLACE TABLE limits (seconds UInt64, memory UInt64, block UInt64) ENGINE = Memory")
    store.run(Query("test/limits", _INSERT + own))
    (found,) = store.records(Query("test/found", "SELECT * FROM limits"))
    assert found == {"seconds": 60, "memory": 4 << 30, "block": block}
    store.command("DROP TABLE limits")
