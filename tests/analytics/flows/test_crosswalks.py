"""One item under several names is one line; names hold for a time, and may come after the evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from analytics import flows
from analytics.context import Context
from collector.events.read import read_events
from domain.flows import Crosswalk
from domain.interval import Interval
from tests.support.telemetry import Telemetry

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
WEEK = Interval(NOW - timedelta(days=7), NOW)
FLOW = "contract_activation"


def reported(context: Context, at: datetime, **data: Any) -> None:
    """A crosswalk as an event brings it."""
    event = {
        "specversion": "1.0",
        "id": f"x{data}",
        "source": "erp",
        "type": "supplyscope.crosswalk",
        "data": {"key_type": "item"} | data,
    }
    for table, rows in read_events(json.dumps(event).encode(), context.configuration, lambda: at).items():
        context.store.insert(table, rows)


def lines(context: Context) -> list[tuple[str, str]]:
    flows.catch_up(context)
    found = flows.instances(context, WEEK, flow=FLOW)
    told = sorted((i.facility_id, i.item_id) for i in found)
    assert told == sorted((i.facility_id, i.item_id) for i in flows.instances(context, WEEK, flow=FLOW, key="MS-1"))
    return told


def test_names_of_one_item_are_one_line(context: Context, telemetry: Telemetry) -> None:
    before = NOW - timedelta(hours=1)
    for item, supplier in (("40-2217", ""), ("BX-1", "S1"), ("0038", ""), ("BX-1", "S2")):
        telemetry.milestone(
            FLOW, "MS-1", "executed", before, facility_id="H07", item_id=item, supplier_id=supplier, received=before
        )
    assert len(lines(context)) == 3
    reported(context, NOW, value="40-2217", other_authority="S1", other_value="BX-1")
    reported(context, NOW, value="40-9999", other_authority="S2", other_value="BX-1")
    reported(context, NOW, value="40-2217", other_authority="gtin", other_value="0038")
    assert lines(context) == [("H07", "40-2217"), ("H07", "40-9999")]
    reported(context, NOW + timedelta(seconds=1), value="40-2217", other_authority="gtin", other_value="0038", withdrawn=True)
    assert lines(context) == [("H07", "0038"), ("H07", "40-2217"), ("H07", "40-9999")]


def test_configured_names_hold_for_their_time(context: Context, telemetry: Telemetry) -> None:
    for days in (1, 3):
        telemetry.milestone(FLOW, "MS-1", "executed", NOW - timedelta(days=days), facility_id="ST-7", item_id="OLD")
    walk = Crosswalk(key_type="item", value="40-2217", other_value="OLD", valid_from=(NOW - timedelta(days=2)).date())
    places = tuple(f.model_copy(update={"aliases": ("ST-7",)}) if f.id == "H07" else f for f in context.configuration.facilities)
    known = context.configuration.model_copy(update={"crosswalks": (walk,), "facilities": places})
    assert lines(replace(context, configuration=known)) == [("H07", "40-2217"), ("H07", "OLD")]
    assert lines(
        replace(context, configuration=known.model_copy(update={"crosswalks": ()}), clock=lambda: NOW + timedelta(seconds=5))
    ) == [("H07", "OLD")]
