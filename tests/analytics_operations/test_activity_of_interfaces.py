"""Traffic of the interfaces and our own sight of it."""

from __future__ import annotations

import random
from datetime import timedelta
from math import ceil

from analytics import activity
from analytics.context import Context
from domain.interval import Interval
from store.store import Store
from tests.conftest import NOW
from tests.support.telemetry import Telemetry

_HOUR = Interval.last(timedelta(hours=1), NOW)


def test_every_configured_interface_is_listed_and_strangers_follow(context: Context, telemetry: Telemetry) -> None:
    telemetry.span("post", NOW - timedelta(minutes=5), interface_id="po-to-erp")
    telemetry.span("hello", NOW - timedelta(minutes=5), interface_id="who-is-this")
    found = activity.interfaces(context, _HOUR)
    known = [interface.id for interface in context.configuration.interfaces]
    assert [row.interface_id for row in found] == [*known, "who-is-this"]
    assert [row.interface_id for row in found if not row.registered] == ["who-is-this"]
    quiet = found[known.index("catalog-refresh")]
    assert (quiet.spans, quiet.error_share, quiet.p95_seconds, quiet.last_seen) == (0, None, None, None)


def test_shares_and_percentiles_are_those_of_the_spans(context: Context, telemetry: Telemetry) -> None:
    chance = random.Random(7)
    seconds = sorted(chance.lognormvariate(-1, 1) for _ in range(60))
    with telemetry.together():
        for n, duration in enumerate(seconds):
            error = "No mapping for item 1 at H07" if n < 6 else None
            telemetry.span(
                "load", NOW - timedelta(minutes=40), duration, error=error, interface_id="erp-price-load", facility_id="H07"
            )
    telemetry.span("load", NOW - timedelta(minutes=70), interface_id="erp-price-load", facility_id="H07")
    row = next(r for r in activity.interfaces(context, _HOUR) if r.interface_id == "erp-price-load")
    assert (row.spans, row.errors, row.error_share, row.previous_error_share) == (60, 6, 0.1, 0.0)
    assert row.open_failures == 1
    for share, found in ((0.5, row.p50_seconds), (0.95, row.p95_seconds)):
        exact = seconds[ceil(share * 60) - 1]
        assert found is not None
        assert abs(found / exact - 1) < 0.09


def test_traffic_has_a_point_for_every_step(context: Context, telemetry: Telemetry) -> None:
    telemetry.span("post", NOW - timedelta(minutes=5), interface_id="po-to-erp", error="504")
    points = activity.traffic(context, _HOUR, "po-to-erp")
    assert len(points) == 60
    assert {point.time: (point.spans, point.errors) for point in points if point.spans} == {NOW - timedelta(minutes=5): (1, 1)}
    assert len(activity.traffic(context, Interval.last(timedelta(days=56), NOW))) <= 300


def test_sight_counts_minutes_observed_or_filled_in_later(context: Context, store: Store, telemetry: Telemetry) -> None:
    assert activity.sight(context, _HOUR) == activity.Sight(None, 0.0)
    store.insert("observed", [{"minute": NOW - timedelta(minutes=m), "role": "collector", "received": NOW} for m in range(1, 31)])
    telemetry.span("post", NOW - timedelta(minutes=45), 1, interface_id="po-to-erp")
    telemetry.span("post", NOW - timedelta(minutes=10), 1, interface_id="po-to-erp")
    telemetry.milestone("purchase_order", "PO-1", "created", NOW + timedelta(days=3))
    sight = activity.sight(context, _HOUR)
    assert sight.coverage == 31 / 60
    assert sight.data_up_to == NOW - timedelta(minutes=10) + timedelta(seconds=1), (
        "what lies in the future tells nothing of our sight"
    )
    assert activity.sight(context, Interval(NOW, NOW + timedelta(days=1))).coverage is None
