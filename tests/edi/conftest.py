"""The small network with EDI partners, and bodies taken through the real reader into the real store."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import pytest

from collector.edi.problems import Report
from collector.edi.read import read_x12
from domain.configuration import Configuration
from store.store import Store
from tests.conftest import NOW
from tests.support.edi import edi_network

Take = Callable[..., Report]


@pytest.fixture
def configuration() -> Configuration:
    return edi_network()


@pytest.fixture
def take(store: Store, configuration: Configuration) -> Take:
    """Reads a body and stores every piece, as the doors do; returns the report."""

    def taken(body: bytes, *, received: datetime = NOW, direction: str = "") -> Report:
        report = Report()
        for tables in read_x12(io.BytesIO(body), configuration, received, report, source="test", direction=direction):
            for table, rows in tables.items():
                store.insert(table, rows)
        return report

    return taken
