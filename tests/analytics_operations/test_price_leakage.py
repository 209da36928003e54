"""Leakage against an independent calculation, over any mixture of prices, periods, packs and currencies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analytics import pricing
from analytics.context import Context
from analytics.pricing.rows import Cause
from domain.interval import Interval
from store.store import Store
from tests.analytics_operations.price_oracle import Line, Load, Price, Reached, Verdict, judge

START = datetime(2026, 11, 1, tzinfo=UTC)
INTERVAL = Interval(START, START + timedelta(days=10))
_TABLES = ("contract_prices", "po_lines", "milestones")
_hours = st.integers(-100, 300).map(lambda hours: START + timedelta(hours=hours))
_cents = st.integers(1, 3000).map(lambda cents: Decimal(cents) / 100)
_units = st.sampled_from([("EA", 1), ("BX", 3), ("BX", 1), ("CS", 7)])
_facilities = st.sampled_from(["H01", "H03"])
_items = st.sampled_from(["I1", "I2", "I3"])
_contracts = st.sampled_from(["MS-1", "MS-2"])
_currencies = st.sampled_from(["USD", "USD", "USD", "CAD"])


_tiers = st.sampled_from(["", "", "1", "2"])


@st.composite
def _prices(draw: st.DrawFn) -> Price:
    uom, pack = draw(_units)
    return Price(
        draw(_contracts), draw(_items), draw(st.sampled_from(["", "H01", "H03"])), "S1", draw(_cents),
        draw(_currencies), uom, pack, draw(_hours), draw(st.none() | _hours), draw(_hours), draw(_tiers),
    )  # fmt: skip


@st.composite
def _lines(draw: st.DrawFn) -> Line:
    uom, pack = draw(_units)
    ordered = START + timedelta(minutes=draw(st.integers(0, 10 * 1440 - 1)))
    quantity = Decimal(draw(st.integers(1, 500))) / 4
    return Line(
        "", 0, draw(_facilities), "S1", draw(st.sampled_from(["MS-1", "MS-2", "", "MS-9"])), draw(_items), quantity,
        draw(_cents), draw(_currencies), uom, pack, ordered,
    )  # fmt: skip


@st.composite
def _priced_again(draw: st.DrawFn) -> list[Price]:
    """A price and what was told of it later: corrected, or the same once more."""
    first = draw(_prices())
    again = draw(st.lists(st.tuples(_cents | st.just(first.price), _hours), max_size=2))
    return [first, *(replace(first, price=price, known_from=known) for price, known in again)]


@st.composite
def _reached(draw: st.DrawFn) -> Reached:
    """At minutes of their own for each contract, so that no two of a supplier's prices begin together."""
    contract = draw(_contracts)
    at = draw(_hours) + timedelta(minutes=20 if contract == "MS-1" else 40)
    return Reached(contract, draw(st.sampled_from(["", "H01", "H03"])), draw(st.sampled_from(["1", "2"])), at)


_loads = st.builds(Load, _contracts, _facilities, _items, _hours, st.sampled_from(["executed", "erp_loaded"]))


def _instants(told: list[Price]) -> tuple[object, ...]:
    """Two contracts of a supplier effective at the same instant leave open which one a line without a contract means."""
    return told[0].item_id, told[0].valid_from


@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    priced=st.lists(_priced_again(), min_size=8, max_size=15, unique_by=_instants),
    lines=st.lists(_lines(), min_size=30, max_size=45),
    loads=st.lists(_loads, max_size=20),
    reached=st.lists(_reached(), max_size=6, unique_by=lambda r: (r.contract_id, r.time)),
    copies=st.booleans(),
)
def test_every_line_is_judged_as_by_hand(
    store: Store,
    context: Context,
    priced: list[list[Price]],
    lines: list[Line],
    loads: list[Load],
    reached: list[Reached],
    copies: bool,
) -> None:
    prices = [replace(price, source_id=f"{n:03}") for n, price in enumerate(price for told in priced for price in told)]
    if copies:  # An order at exactly a price ever told, as a stale catalogue makes them.
        lines = [_at(line, prices[n % len(prices)]) if prices else line for n, line in enumerate(lines)]
    numbered = [replace(line, purchase_order_id=f"PO-{n // 2}", line=n) for n, line in enumerate(lines)]
    _fill(store, prices, numbered, loads, reached)
    verdicts = {(line.purchase_order_id, line.line): judge(line, prices, loads, reached) for line in numbered}
    _same_lines(context, verdicts)
    _same_totals(context, numbered, verdicts)
    _same_spend(context, numbered, verdicts)


def _at(line: Line, price: Price) -> Line:
    return replace(
        line, item_id=price.item_id, price=price.price, currency=price.currency, uom=price.uom, pack_factor=price.pack_factor
    )


def _same_lines(context: Context, verdicts: dict[tuple[str, int], Verdict]) -> None:
    found = {(row.purchase_order_id, row.line): row for row in pricing.lines(context, INTERVAL)}
    expected = {key: v for key, v in verdicts.items() if v.overpaid > 0}
    assert {key: (r.overpaid, bool(r.stale), r.cause, r.contract_price, r.known_price) for key, r in found.items()} == {
        key: (v.overpaid, v.stale, v.cause, v.contract_price, v.known_price) for key, v in expected.items()
    }
    refused = {(row.purchase_order_id, row.line): row.reason for row in pricing.not_comparable(context, INTERVAL)}
    assert refused == {key: v.reason for key, v in verdicts.items() if v.reason not in ("", "no_price")}


def _same_totals(context: Context, lines: list[Line], verdicts: dict[tuple[str, int], Verdict]) -> None:
    for total in pricing.total(context, INTERVAL):
        mine = [(line, verdicts[line.purchase_order_id, line.line]) for line in lines if line.currency == total.currency]
        paid = {cause: sum((v.overpaid for _, v in mine if v.cause == cause), Decimal(0)) for cause in get_args(Cause)}
        assert total.overpaid == sum(paid.values())
        assert {cause: getattr(total, f"{cause}_overpaid") for cause in paid} == paid
        assert total.compared_lines == sum(v.reason == "" for _, v in mine)
        assert total.spend == sum((line.quantity * line.price for line, v in mine if not v.reason), Decimal(0))
        assert total.not_comparable_lines == sum(v.reason not in ("", "no_price") for _, v in mine)
        assert total.wrong_price_orders == len({line.purchase_order_id for line, v in mine if v.overpaid > 0})


def _same_spend(context: Context, lines: list[Line], verdicts: dict[tuple[str, int], Verdict]) -> None:
    for realised in pricing.realised_spend(context, INTERVAL):
        mine = [(line, verdicts[line.purchase_order_id, line.line]) for line in lines if line.currency == realised.currency]
        assert realised.spend == sum((line.quantity * line.price for line, _ in mine), Decimal(0))
        assert realised.off_contract == sum(
            (line.quantity * line.price for line, v in mine if v.reason == "no_price"), Decimal(0)
        )
        assert realised.at_contract_price == sum(
            (line.quantity * line.price for line, v in mine if not v.reason and v.overpaid <= 0), Decimal(0)
        )
        assert realised.spend == realised.on_contract + realised.off_contract + realised.not_comparable
    reasons = {(r.reason, r.currency): r.lines for r in pricing.not_comparable_reasons(context, INTERVAL)}
    assert reasons == Counter(
        (v.reason, line.currency)
        for line in lines
        if (v := verdicts[line.purchase_order_id, line.line]).reason not in ("", "no_price")
    )


def test_groups_and_days_add_up_to_the_total(store: Store, context: Context) -> None:
    _fill(store, [_price()], [_line(n, ordered=START + timedelta(hours=20 * n)) for n in range(9)], [])
    (total,) = pricing.total(context, INTERVAL)
    assert total.overpaid == Decimal(9)
    for group in ("contract", "item", "supplier", "facility"):
        assert sum(row.overpaid for row in pricing.by(context, INTERVAL, group)) == total.overpaid  # type: ignore[arg-type]
    days = pricing.trend(context, INTERVAL)
    assert sum(point.overpaid for point in days) == total.overpaid
    assert days[0].day == datetime(2026, 10, 31, tzinfo=UTC).date(), "midnight UTC is the evening before in Chicago"


def test_the_interval_before_is_the_previous_total(store: Store, context: Context) -> None:
    _fill(store, [_price()], [_line(1, ordered=START - timedelta(days=1)), _line(2), _line(3)], [])
    (total,) = pricing.total(context, INTERVAL)
    assert (total.overpaid, total.previous_overpaid) == (Decimal(2), Decimal(1))


def test_a_line_sent_again_counts_once_as_last_received(store: Store, context: Context) -> None:
    _fill(store, [_price()], [_line(1)], [])
    _fill(store, [], [_line(1, price=Decimal(13))], [], clear=False, received=START + timedelta(days=2))
    (row,) = pricing.lines(context, INTERVAL)
    assert row.overpaid == Decimal(3)


def test_only_facilities_in_scope_are_seen(store: Store, context: Context) -> None:
    _fill(store, [_price()], [_line(1), _line(2, facility_id="H03")], [])
    assert [row.facility_id for row in pricing.lines(context.narrowed("H03"), INTERVAL)] == ["H03"]


def _price(**changes: object) -> Price:
    given = {
        "contract_id": "MS-1", "item_id": "I1", "facility_id": "", "supplier_id": "S1", "price": Decimal(10), "currency": "USD", "uom": "EA",
        "pack_factor": 1, "valid_from": START - timedelta(days=30), "valid_to": None, "known_from": START - timedelta(days=31),
    }  # fmt: skip
    return Price(**(given | changes))  # type: ignore[arg-type]


def _line(number: int, **changes: object) -> Line:
    given = {
        "purchase_order_id": f"PO-{number}", "line": 1, "facility_id": "H01", "supplier_id": "S1", "contract_id": "MS-1", "item_id": "I1",
        "quantity": Decimal(1), "price": Decimal(11), "currency": "USD", "uom": "EA", "pack_factor": 1, "ordered": START + timedelta(hours=number),
    }  # fmt: skip
    return Line(**(given | changes))  # type: ignore[arg-type]


def _fill(
    store: Store,
    prices: Sequence[Price],
    lines: Sequence[Line],
    loads: Sequence[Load],
    reached: Sequence[Reached] = (),
    *,
    clear: bool = True,
    received: datetime = START,
) -> None:
    for table in _TABLES if clear else ():
        store.command(f"TRUNCATE TABLE {table}")
    store.insert("contract_prices", [asdict(price) | {"received": received} for price in prices])
    store.insert("po_lines", [asdict(line) | {"source_id": "e", "received": received} for line in lines])
    store.insert(
        "milestones",
        [
            {
                "flow": "contract_activation", "key": each.contract_id, "facility_id": each.facility_id, "milestone": "price_file_received",
                "outcome": "reached", "time": each.time, "source_id": str(n), "retention": "standard", "received": received,
                "attributes": {"contract.tier": each.tier},
            }
            for n, each in enumerate(reached)
        ],
    )  # fmt: skip
    store.insert(
        "milestones",
        [
            {
                "flow": "contract_activation", "key": load.contract_id, "facility_id": load.facility_id, "item_id": load.item_id,
                "milestone": load.milestone, "outcome": "reached", "time": load.time, "source_id": str(n), "retention": "standard", "received": received,
            }
            for n, load in enumerate(loads)
        ],
    )  # fmt: skip
