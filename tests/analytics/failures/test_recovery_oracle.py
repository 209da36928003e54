"""Episodes, MTTD, MTTR, recurrence and dollars against plain Python."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import failures
from analytics.context import Context
from domain.failures import FailureClass
from domain.interval import Interval

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
WEEKS = Interval(NOW - timedelta(days=40), NOW)
QUIET = timedelta(hours=6)
CLASSES = (
    FailureClass(id="item_mapping_missing", name="m", owner="item-master", remedy="r", quiet_after=QUIET),
    FailureClass(id="timeout", name="t", owner="integration", remedy="r", transient=True, quiet_after=QUIET),
)


@dataclass(frozen=True)
class Happening:
    """One failure or success of an object ('' none) at a facility, some minutes ago; received `lag` seconds later."""

    minutes: int
    success: bool
    failure_class: str
    object: str
    facility: str
    lag: int

    @property
    def time(self) -> datetime:
        return NOW - timedelta(minutes=self.minutes)


HAPPENINGS = st.lists(
    st.builds(
        Happening,
        minutes=st.integers(1, 30 * 24 * 60),
        success=st.booleans(),
        failure_class=st.sampled_from(["item_mapping_missing", "timeout"]),
        object=st.sampled_from(["40-1", "40-2", ""]),
        facility=st.sampled_from(["H01", "H07", ""]),
        lag=st.integers(0, 90),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda h: h.minutes,
)


def answered(failure: Happening, later_failures: list[Happening], successes: list[Happening]) -> datetime | None:
    """When this failure was answered, by the rules of analytics/README.md."""
    times = [
        s.time for s in successes
        if s.object == failure.object and s.object and s.time > failure.time and failure.facility in ("", s.facility)
    ]  # fmt: skip
    if not failure.object:
        if failure.failure_class == "timeout":
            times += [s.time for s in successes if s.time > failure.time and failure.facility in ("", s.facility)]
        following = [failure, *sorted(later_failures, key=lambda f: f.time)]
        for this, after in zip(following, [*following[1:], None], strict=True):
            if (after is None or after.time - this.time > QUIET) and this.time + QUIET <= NOW:
                times.append(this.time + QUIET)
                break
    return min(times, default=None)


def expected(happened: list[Happening]) -> dict[str, dict[str, Any]]:
    successes = [h for h in happened if h.success]
    groups: dict[tuple[str, str, str], list[Happening]] = defaultdict(list)
    for h in happened:
        if not h.success:
            groups[h.failure_class, h.object, h.facility].append(h)
    by_class: dict[str, dict[str, Any]] = {}
    for (failure_class, _, _), failed in groups.items():
        episodes: dict[datetime | None, list[Happening]] = defaultdict(list)
        for f in failed:
            episodes[answered(f, [x for x in failed if x.time > f.time], successes)].append(f)
        ordered = sorted(episodes.items(), key=lambda e: min(f.time for f in e[1]))
        row = by_class.setdefault(failure_class, {"episodes": 0, "again": 0, "reopened": 0, "detect": [], "resolve": []})
        row["episodes"] += len(ordered)
        row["again"] += len(ordered) - 1
        for n, (end, members) in enumerate(ordered):
            opened = min(f.time for f in members)
            row["detect"].append((min(f.time + timedelta(seconds=f.lag) for f in members) - opened).total_seconds())
            if end is not None:
                row["resolve"].append((end - opened).total_seconds())
            if n and (before := ordered[n - 1][0]) is not None and opened <= before + timedelta(days=7):
                row["reopened"] += 1
    return by_class


@given(HAPPENINGS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_recovery_equals_plain_python(context: Context, happened: list[Happening]) -> None:
    for table in ("failures", "object_successes", "operations_per_minute"):
        context.store.command(f"TRUNCATE TABLE {table}")
    asked = replace(context, configuration=context.configuration.model_copy(update={"failure_classes": CLASSES}))
    insert(asked, happened)
    told = {row.group: row for row in failures.recovery(asked, WEEKS)}
    wanted = expected(happened)
    assert told.keys() == wanted.keys()
    for name, row in wanted.items():
        found = told[name]
        assert (found.episodes, found.recurrences, found.reopened, found.resolved) == (
            row["episodes"], row["again"], row["reopened"], len(row["resolve"]))  # fmt: skip
        assert abs(found.mean_seconds_to_detect - statistics.fmean(row["detect"])) < 1e-6
        if row["resolve"]:
            assert found.mean_seconds_to_resolve is not None and found.median_seconds_to_resolve is not None
            assert abs(found.mean_seconds_to_resolve - statistics.fmean(row["resolve"])) < 1e-6
            assert abs(found.median_seconds_to_resolve - statistics.median(row["resolve"])) < 1e-6
        else:
            assert found.mean_seconds_to_resolve is None
    listed = failures.episodes(asked, WEEKS, limit=1000)
    assert len(listed) == sum(row["episodes"] for row in wanted.values())


def insert(context: Context, happened: list[Happening]) -> None:
    failed = [
        {
            "failure_id": f"{n:016d}".encode(), "time": h.time, "source": "span", "interface_id": "erp-price-load", "failure_class": h.failure_class,
            "facility_id": h.facility, "object_type": "item" if h.object else "", "object": h.object, "operation": "load", "generation": 1,
            "received": h.time + timedelta(seconds=h.lag),
        }
        for n, h in enumerate(happened) if not h.success
    ]  # fmt: skip
    good = [h for h in happened if h.success]
    context.store.insert("failures", failed)
    context.store.insert("object_successes", [
        {"interface_id": "erp-price-load", "object_type": "item", "object": h.object, "facility_id": h.facility, "time": h.time, "received": NOW}
        for h in good if h.object
    ])  # fmt: skip
    context.store.insert("operations_per_minute", [
        {"interface_id": "erp-price-load", "minute": h.time.replace(second=0), "facility_id": h.facility, "operation": "load", "spans": 1,
         "errors": 0, "last_success": h.time, "received": NOW}
        for h in good
    ])  # fmt: skip


def test_dollars_are_those_of_the_documents_named_and_of_what_was_ordered_meanwhile(context: Context) -> None:
    context.store.insert("failures", [
        {"failure_id": b"1" * 16, "time": NOW - timedelta(hours=9), "interface_id": "po-to-erp", "failure_class": "timeout", "object_type": "purchase_order",
         "object": "PO-1", "facility_id": "H07", "supplier_id": "", "generation": 1, "source": "span", "received": NOW},
        {"failure_id": b"2" * 16, "time": NOW - timedelta(hours=9), "interface_id": "erp-price-load", "failure_class": "item_mapping_missing", "object_type": "item",
         "object": "40-1", "facility_id": "H07", "supplier_id": "", "generation": 1, "source": "span", "received": NOW},
        {"failure_id": b"3" * 16, "time": NOW - timedelta(hours=9), "interface_id": "invoice-match", "failure_class": "timeout", "object_type": "invoice",
         "object": "INV-1", "facility_id": "", "supplier_id": "S1", "generation": 1, "source": "span", "received": NOW},
    ])  # fmt: skip
    context.store.insert("object_successes", [
        {"interface_id": "erp-price-load", "object_type": "item", "object": "40-1", "facility_id": "H07", "time": NOW - timedelta(hours=2), "received": NOW}])  # fmt: skip

    def line(order: str, number: int, hours: float, item: str, facility: str, currency: str = "USD") -> dict[str, Any]:
        return {"purchase_order_id": order, "line": number, "facility_id": facility, "supplier_id": "S1", "item_id": item, "quantity": Decimal("3"),
            "price": Decimal("1.10"), "currency": currency, "ordered": NOW - timedelta(hours=hours), "received": NOW}  # fmt: skip

    lines = [line("PO-1", 1, 30, "40-9", "H07"), line("PO-1", 2, 30, "40-8", "H07", "CAD"), line("PO-2", 1, 5, "40-1", "H07"),
        line("PO-3", 1, 1, "40-1", "H07"), line("PO-4", 1, 5, "40-1", "H01"), line("PO-5", 1, 20, "40-1", "H07")]  # fmt: skip
    context.store.insert("po_lines", lines)
    context.store.insert("po_lines", lines)
    context.store.insert("invoices", [
        {"supplier_id": supplier, "invoice_id": "INV-1", "line": 1, "quantity": Decimal("2"), "price": Decimal("0.333333"), "currency": "USD",
         "invoiced": NOW, "received": NOW} for supplier in ("S1", "S2")])  # fmt: skip
    ids = {g.object: g.item_id for g in failures.groups(context, WEEKS)}
    told = {
        row.item_id: (row.documents, [(a.currency, a.amount) for a in row.amounts]) for row in failures.affected(context, WEEKS)
    }
    assert told == {
        ids["PO-1"]: (1, [("CAD", Decimal("3.3")), ("USD", Decimal("3.3"))]),
        ids["40-1"]: (1, [("USD", Decimal("3.3"))]),
        ids["INV-1"]: (1, [("USD", Decimal("0.666666"))]),
    }


def test_the_matrix_names_every_object_and_where_it_is_open(context: Context) -> None:
    insert(context, [Happening(50, False, "item_mapping_missing", "40-1", "H01", 0), Happening(40, False, "item_mapping_missing", "40-1", "H07", 0),
        Happening(30, True, "item_mapping_missing", "40-1", "H01", 0), Happening(20, False, "timeout", "", "", 0)])  # fmt: skip
    cells = failures.mapping_matrix(context, WEEKS)
    assert [(c.failure_class, c.object_type, c.object, c.failures, c.facilities, c.open_facilities, c.open) for c in cells] == [
        ("item_mapping_missing", "item", "40-1", 2, ("H01", "H07"), ("H07",), True),
        ("timeout", "operation", "load", 1, (), (), True),
    ]
