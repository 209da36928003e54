"""Three weeks of a small network, put into the real engine the way the collector does, and measured by the real jobs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from analytics import desk, flows, queues, sla
from analytics.context import Context
from domain.configuration import Configuration
from store.store import Store
from tests.support.network import NETWORK, small_network
from tests.support.telemetry import Telemetry

WEEK = "2026-W46"
MONDAY = datetime(2026, 11, 9, 6, tzinfo=UTC)
# The report is made on the Monday after, and once more when late evidence has come.
MADE = datetime(2026, 11, 16, 13, tzinfo=UTC)
LATER = datetime(2026, 11, 18, 15, tzinfo=UTC)
_BACK = (2, 1, 0)


def network() -> Configuration:
    people = [
        {"id": "item-master", "name": "Item master team", "email": "items@test.health", "slack": "#items"},
        {"id": "integration", "name": "Integration on call", "email": "oncall@test.health"},
        {"id": "cfo", "name": "Chief financial officer", "email": "cfo@test.health"},
    ]
    arrivals = [
        {
            "id": "price-daily",
            "job": "price-load",
            "time_zone": "America/Chicago",
            "open_days": {"at": "05:00"},
            "calendar": "business",
            "grace": "30m",
            "missed_after": "8h",
        }
    ]
    reports = [
        {"id": "leadership", "audience": "leadership", "to": ["cfo", "item-master"], "calendar": "business"},
        {"id": "it", "audience": "it", "to": ["integration"], "attach": ["pdf"], "time_zone": "America/Denver", "at": "06:30"},
        {"id": "facility", "audience": "facility"},
        {"id": "supplier", "audience": "supplier"},
        {"id": "gateway", "audience": "partner", "partner": "gateway"},
    ]  # fmt: skip
    exclusions = [
        {
            "id": "patch",
            "name": "ERP patch night",
            "start": "2026-11-12T06:00:00Z",
            "end": "2026-11-12T08:00:00Z",
            "interfaces": ["po-to-erp"],
        }
    ]
    flows = NETWORK["flows"][:1]
    return small_network(flows=flows, people=people, arrivals=arrivals, reports=reports, exclusions=exclusions)  # fmt: skip


def context_of(store: Store, configuration: Configuration, now: datetime) -> Context:
    return Context(store, configuration, clock=lambda: now)


def compute(context: Context) -> None:
    """What the scheduler's jobs do."""
    flows.catch_up(context)
    sla.measure(context)
    sla.record_breaches(context)
    queues.catch_up(context)
    desk.keep_desk(context)


def fill(store: Store, configuration: Configuration) -> None:
    """The week and the two before, each with its contracts, orders, invoices, runs and failures."""
    telemetry = Telemetry(store, MADE - timedelta(hours=2))
    with telemetry.together():
        for back in _BACK:
            _spans(telemetry, MONDAY - timedelta(weeks=back), back)
    milestones, prices, lines, invoices, runs, samples, observed = [], [], [], [], [], [], []
    for back in _BACK:
        monday = MONDAY - timedelta(weeks=back)
        milestones += _activations(monday, back)
        lines += _lines(monday, back)
        invoices += _invoices(monday, back)
        runs += _runs(monday, back)
        samples += [_sample(monday + timedelta(hours=9, days=day), 10 * (day + 1) * (6 - min(back, 5))) for day in range(5)]
        observed += [{"minute": monday + timedelta(minutes=30 * n), "role": "collector", "received": MADE} for n in range(48 * 7)]
    prices = [_price(f"MS-{n}", f"40-{n}", Decimal(10 + n)) for n in range(8)]
    for table, rows in (("milestones", milestones), ("contract_prices", prices), ("po_lines", lines), ("invoices", invoices), ("batch_runs", runs), ("queue_samples", samples), ("observed", observed)):  # fmt: skip
        store.insert(table, rows)
    compute(context_of(store, configuration, MADE))


def _spans(telemetry: Telemetry, monday: datetime, back: int) -> None:
    for n in range(40):
        at = monday + timedelta(hours=4 * n, minutes=7)
        failed = n in (5, 11, 17)[: max(0, 3 - back)]
        error = "ERP answered 504" if failed else None
        telemetry.span(
            "post",
            at,
            3.0 if n % 16 == 3 else 0.4,
            error=error,
            interface_id="po-to-erp",
            facility_id=("H01", "H03", "H07")[n % 3],
            purchase_order_id=f"PO-{back}-{n}",
        )
    for n in range(4):
        at = monday + timedelta(days=1, hours=9 + n)
        telemetry.span(
            "load price",
            at,
            error=f"No mapping for item 40-{n} at H07",
            interface_id="erp-price-load",
            contract_id=f"MS-{n}",
            facility_id="H07",
            item_id=f"40-{n}",
            supplier_id="ACME",
            correlation_id=f"C-{back}-{n}",
        )
    # Two of them were put right two days later.
    for n in range(2):
        telemetry.span("load price", monday + timedelta(days=3, hours=9 + n), interface_id="erp-price-load", contract_id=f"MS-{n}", facility_id="H07", item_id=f"40-{n}", supplier_id="ACME")  # fmt: skip


def _activations(monday: datetime, back: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for n in range(6):
        start = monday + timedelta(days=n % 4, hours=8 + n)
        steps = [0.0, 2.0 + n * 0.5, 4.0 + n, 6.0 + 1.75 * n + (1.0 if back else 0.0)]
        if n == 5 and back == 0:
            steps = steps[:2]
        for step, hours in zip(("executed", "price_file_received", "erp_loaded", "usable"), steps, strict=False):
            rows.append(
                milestone(
                    f"MS-{back}-{n}",
                    step,
                    start + timedelta(hours=hours),
                    item=f"40-{n}",
                    supplier="ACME" if n % 2 else "MEDCO",
                    facility=("H01", "H03", "H07")[n % 3],
                )
            )
    return rows  # fmt: skip


def milestone(
    key: str, step: str, at: datetime, *, item: str, supplier: str, facility: str, received: datetime = MADE - timedelta(hours=2)
) -> dict[str, Any]:
    return {
        "flow": "contract_activation", "authority": "", "key": key, "facility_id": facility, "item_id": item, "milestone": step,
        "outcome": "reached", "time": at, "source": "event", "source_id": f"{key}-{step}", "interface_id": "", "correlation_id": f"C-{key}",
        "supplier_id": supplier, "attributes": {}, "retention": "standard", "received": received,
    }  # fmt: skip


def _price(contract: str, item: str, price: Decimal) -> dict[str, Any]:
    since = MONDAY - timedelta(weeks=60)
    return {
        "contract_id": contract, "item_id": item, "facility_id": "", "supplier_id": "ACME", "price": price, "currency": "USD", "uom": "EA",
        "pack_factor": 1, "valid_from": since, "valid_to": None, "known_from": since, "source_id": "p", "received": since,
    }  # fmt: skip


def line(
    order: str, item: int, at: datetime, price: Decimal, *, quantity: int = 100, received: datetime = MADE - timedelta(hours=2)
) -> dict[str, Any]:
    return {
        "purchase_order_id": order, "line": 1, "facility_id": ("H01", "H03", "H07")[item % 3], "supplier_id": "ACME" if item % 2 else "MEDCO",
        "contract_id": f"MS-{item}", "item_id": f"40-{item}", "quantity": Decimal(quantity), "uom": "EA", "pack_factor": 1, "price": price,
        "currency": "USD", "ordered": at, "source_id": "l", "received": received,
    }  # fmt: skip


def _lines(monday: datetime, back: int) -> list[dict[str, Any]]:
    return [
        line(
            f"PO-{back}-{n}",
            n,
            monday + timedelta(days=n % 5, hours=15),
            Decimal(10 + n) + (Decimal("0.75") if n < 4 - min(back, 2) else 0),
        )
        for n in range(8)
    ]


def _invoices(monday: datetime, back: int) -> list[dict[str, Any]]:
    return [
        {
            "supplier_id": "ACME" if n % 2 else "MEDCO", "invoice_id": f"I-{back}-{n}", "line": 1, "purchase_order_id": f"PO-{back}-{n}",
            "facility_id": ("H01", "H03", "H07")[n % 3], "item_id": f"40-{n}", "quantity": Decimal(100), "uom": "EA", "pack_factor": 1,
            "price": Decimal(10 + n) + (Decimal("0.5") if n in (1, 2) else Decimal("-0.25") if n == 6 else 0), "currency": "USD",
            "invoiced": monday + timedelta(days=5, hours=10 + n), "exception": "price" if n in (1, 2) else "", "source_id": "i",
            "received": MADE - timedelta(hours=2),
        }
        for n in range(8)
    ]  # fmt: skip


def _runs(monday: datetime, back: int) -> list[dict[str, Any]]:
    return [
        run(monday + timedelta(days=day), "partial" if (day, back) == (2, 0) else "succeeded", day == 3 and back == 0)
        for day in range(5)
    ]


def run(day: datetime, status: str, late: bool, received: datetime = MADE - timedelta(hours=2)) -> dict[str, Any]:
    at = day + timedelta(hours=8 if late else 4, minutes=40)
    return {
        "job": "price-load", "run_id": f"r-{day:%Y%m%d}", "status": status, "interface_id": "erp-price-load", "facility_id": "", "started": at,
        "finished": at + timedelta(minutes=10), "business_date": date(day.year, day.month, day.day), "file_name": "f.832", "file_hash": "",
        "records_expected": 100, "records_read": 100, "records_accepted": 88 if status == "partial" else 100,
        "records_rejected": 12 if status == "partial" else 0, "control_total_expected": None, "control_total_actual": None,
        "message": "12 lines rejected" if status == "partial" else "", "correlation_id": "", "source": "api", "received": received,
    }  # fmt: skip


def _sample(at: datetime, depth: int) -> dict[str, Any]:
    return {
        "queue": "price.load", "time": at, "broker": "mq", "interface_id": "erp-price-load", "depth": depth, "oldest_age_seconds": depth * 1.5,
        "in_flight": None, "consumers": 1, "publish_rate": None, "ack_rate": None, "dead_letters": 0, "received": at, "metric": "",
        "capacity": None, "published": None, "acknowledged": None,
    }  # fmt: skip


def late(store: Store, configuration: Configuration) -> None:
    """On Tuesday a supplier's file brings what happened in the week: an order line, a step, an invoice; and the job reports a failed run."""
    came = MADE + timedelta(days=1, hours=2)
    store.insert("po_lines", [line("PO-late", 3, MONDAY + timedelta(days=2, hours=16), Decimal("15.00"), received=came)])
    store.insert(
        "milestones",
        [
            milestone(
                "MS-0-5", "erp_loaded", MONDAY + timedelta(days=3), item="40-5", supplier="ACME", facility="H07", received=came
            )
        ],
    )
    store.insert(
        "milestones",
        [milestone("MS-0-5", "usable", MONDAY + timedelta(days=4), item="40-5", supplier="ACME", facility="H07", received=came)],
    )
    store.insert("batch_runs", [run(MONDAY + timedelta(days=5), "failed", False, received=came)])
    compute(context_of(store, configuration, LATER))
