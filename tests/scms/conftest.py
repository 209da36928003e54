"""The public delivery log imported once through a running server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from analytics import flows
from analytics.context import Context
from collector import imports
from collector.collector import Collector
from domain.configuration import Configuration
from domain.loader import load
from store.engine import Location
from store.migrate import migrate
from store.store import Store
from tests.collector.conftest import serving

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "scms"
DATES = {
    "quoted": "PQ First Sent to Client Date",
    "ordered": "PO Sent to Vendor Date",
    "scheduled": "Scheduled Delivery Date",
    "delivered": "Delivered to Client Date",
    "recorded": "Delivery Recorded Date",
}


@dataclass(frozen=True)
class Imported:
    store: Store
    configuration: Configuration
    results: tuple[imports.ImportResult, imports.ImportResult]
    progress: list[tuple[int, int]]
    url: str

    @property
    def context(self) -> Context:
        return Context(self.store, self.configuration)


@pytest.fixture(scope="module")
def log_file(shared_data: Path) -> Path:
    return shared_data / "scms" / "SCMS_Delivery_History_Dataset.csv"


@pytest.fixture(scope="module")
def imported(log_file: Path, engine: Store) -> Iterator[Imported]:
    """Imported twice: the second time must change nothing."""
    configuration = load(EXAMPLE / "config")
    opened = Store(Location(database=f"t_{uuid.uuid4().hex}"))
    migrate(opened, configuration)
    mapping = imports.load_mapping(EXAMPLE / "mapping.yaml")
    progress: list[tuple[int, int]] = []
    with serving(Collector(opened, configuration)) as url:
        first = imports.run(log_file, mapping, url, None, lambda done, total: progress.append((done, total)))
        second = imports.run(log_file, mapping, url)
        flows.catch_up(Context(opened, configuration))
        yield Imported(opened, configuration, (first, second), progress, url)
    opened.command(f"DROP DATABASE {opened.location.database}")
    opened.close()


@pytest.fixture(scope="module")
def lines(log_file: Path) -> pd.DataFrame:
    """The same file read by pandas, with a column of times per milestone, NaT where none is written."""
    frame = pd.read_csv(log_file, sep="\t", lineterminator="\r", dtype=str, keep_default_na=False)
    for milestone, column in DATES.items():
        words = pd.to_datetime(frame[column], format="%d-%b-%y", errors="coerce")
        frame[milestone] = words.fillna(pd.to_datetime(frame[column], format="%m/%d/%y", errors="coerce"))
    return frame
