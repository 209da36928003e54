"""Supplyscope observes itself: spans of its jobs and meters of its intake lie in its own store, or go to an endpoint."""

from __future__ import annotations

import pytest

from collector.collector import Collector
from domain.configuration import Configuration
from server.self_telemetry import INTERFACE, OFF, STORE, SelfTelemetry
from server.settings import SettingsError, telemetry
from store.query import Query
from store.store import Store

_SPANS = Query("test/own_spans", "SELECT name, interface_id, toUInt8(status) AS status, status_message FROM spans ORDER BY name")
_POINTS = Query("test/own_points", "SELECT DISTINCT metric FROM metric_points ORDER BY metric")


def test_jobs_and_intake_are_in_the_own_store(store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration)
    collector.start()
    collector.counters.acknowledge("queues", 3, 0.1, 100)
    own = SelfTelemetry(STORE, collector.take_otlp, collector.figures)
    with own.span("job good"):
        pass
    with pytest.raises(ValueError, match="patient"), own.span("job bad"):
        raise ValueError("patient 123-45-6789")
    own.stop()
    own.stop()
    collector.stop()
    assert [tuple(row.values()) for row in store.records(_SPANS)] == [
        ("job bad", INTERFACE, 2, "ValueError"),
        ("job good", INTERFACE, 0, ""),
    ]
    assert "supplyscope.intake.records" in [row["metric"] for row in store.records(_POINTS)]


def test_a_collector_that_is_stopped_loses_telemetry_and_nothing_else(store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration)
    own = SelfTelemetry(STORE, collector.take_otlp, collector.figures)
    with own.span("job"):
        pass
    own.stop()


def test_off_costs_nothing(store: Store, configuration: Configuration) -> None:
    collector = Collector(store, configuration)
    own = SelfTelemetry(OFF, collector.take_otlp, collector.figures)
    with own.span("job"):
        pass
    own.stop()


@pytest.mark.parametrize("value", ["store", "off", "http://127.0.0.1:4318"])
def test_destinations(value: str) -> None:
    assert telemetry({"SUPPLYSCOPE_TELEMETRY": value}) == value
    assert telemetry({}) == "store"


def test_another_destination_is_refused() -> None:
    with pytest.raises(SettingsError, match="neither store, off nor a URL"):
        telemetry({"SUPPLYSCOPE_TELEMETRY": "yes"})
