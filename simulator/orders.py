"""Purchase orders: what is ordered at which price, and their way from requisition to receipt."""

from __future__ import annotations

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from simulator import incidents
from simulator.network import CURRENCY, FACILITIES, Facility, Item, network
from simulator.pricebook import PriceBook, Quote
from simulator.rhythm import dice, local_day, moment, open_later, volume
from simulator.signals import Attributes, Event, Fault, Incomparable, Overpayment, Signal, Span, Trace, rfc3339, trace

WEEKDAY_ORDERS = 1210
DAY = 86400.0


class OrderLine(NamedTuple):
    """price: as ordered, dollars per `uom` of `pack` base units. quote: what the contract says and the ERP believes, per the item's unit."""

    item: Item
    quantity: int
    price: float
    agreed: float
    contract: str
    stale: bool
    uom: str
    currency: str
    pack: int
    quote: Quote


class Order(NamedTuple):
    """Times are epoch seconds. refused: when the ERP refused the order first, None if it did not."""

    id: str
    correlation: str
    facility: Facility
    supplier: str
    created: float
    posted: float
    refused: Fault | None
    sent: float
    acknowledged: float
    shipped: float
    received: float
    lines: tuple[OrderLine, ...]


def ordered_on(seed: int, day: date, prices: PriceBook, scale: float) -> list[Order]:
    """Orders created on `day`, around 1,210 on a weekday at scale 1."""
    chance = dice(seed, "orders", day)
    count = round(WEEKDAY_ORDERS * volume(day) * chance.uniform(0.96, 1.04) * scale)
    return [_order(seed, chance, day, n, prices) for n in range(count)]


def _order(seed: int, chance: random.Random, day: date, n: int, prices: PriceBook) -> Order:
    facility = chance.choices(FACILITIES, cum_weights=_CUMULATIVE)[0]
    created = moment(chance, day, facility.zone)
    number = f"45{day.toordinal() - 730000:04d}{n:04d}"
    return order_at(seed, chance, f"{number}", facility, created, prices)


def order_at(seed: int, chance: random.Random, number: str, facility: Facility, created: float, prices: PriceBook) -> Order:
    """An order created at `created` with everything that follows from it."""
    net = network(seed)
    supplier = net.suppliers[int(len(net.suppliers) * chance.random() ** 1.6)]
    posted, refused = _posting(seed, chance, facility, number, created)
    sent = posted + chance.uniform(2, 90)
    hours = supplier.ack_hours * chance.lognormvariate(0, 0.5) * (8.0 if chance.random() < 0.02 else 1.0)
    acknowledged = open_later(sent, hours)
    shipped = acknowledged + supplier.ship_days * DAY * chance.uniform(0.4, 1.3)
    received = shipped + chance.lognormvariate(0.2, 0.4) * DAY
    lines = tuple(
        _line(chance, item, facility, created, prices)
        for item in chance.sample(net.items_of(supplier.id), chance.choice((1, 1, 1, 2, 2, 3)))
    )
    return Order(
        f"PO-{number}",
        f"PR-{number}",
        facility,
        supplier.id,
        created,
        posted,
        refused,
        sent,
        acknowledged,
        shipped,
        received,
        lines,
    )


def _posting(seed: int, chance: random.Random, facility: Facility, number: str, created: float) -> tuple[float, Fault | None]:
    """When the ERP accepted the order, and why it first did not."""
    erp = "erp-cloud" if facility.cloud else "erp"
    posted = created + chance.lognormvariate(3.2, 0.8) * incidents.slowness(seed, f"po-to-{erp}", local_day(created))
    broken = incidents.outage(seed, erp, posted)
    if broken:
        posted = broken.end + chance.uniform(30, 1500)
        return posted, Fault("unreachable", "504", f"Order service of {erp} timed out after 30 s", posted)
    luck = chance.random()
    if luck < 0.003:
        posted = open_later(posted, chance.uniform(0.5, 9))
        return posted, Fault(
            "downstream_rejected",
            "BUDGET_EXCEEDED",
            f"Purchase order PO-{number} rejected: budget of cost centre {facility.id}-4100 exceeded",
            posted,
        )
    if luck < 0.005:
        posted += chance.uniform(120, 900)
        return posted, Fault("throttled", "429", f"Too many requests to the order service of {erp}", posted)
    return posted, None


def _line(chance: random.Random, item: Item, facility: Facility, at: float, prices: PriceBook) -> OrderLine:
    quote = prices.quote(item, facility.id, at)
    luck = chance.random()
    quantity = max(1, int(chance.lognormvariate(2.8, 0.9)))
    if item.price > 300:
        quantity = 1 + quantity // 8
    price, uom, currency, pack = quote.erp, item.uom, CURRENCY, item.pack
    if luck < 0.009:
        price = round(price * chance.uniform(1.02, 1.18), 2)
    elif luck < 0.0102:
        uom, pack = "KT", 1  # A kit of nobody knows how many.
    elif luck < 0.0112:
        currency = "CAD"
    elif luck < 0.0127 and item.pack > 1:
        uom, pack = "EA", 1  # Ordered by the each at the price of the case.
    return OrderLine(item, quantity, price, quote.agreed, quote.contract, price == quote.erp, uom, currency, pack, quote)


def story(seed: int, order: Order) -> list[Signal]:
    """Everything said about an order up to its receipt."""
    chance = dice(seed, "order story", order.id)
    said: list[Signal] = [
        _requisition(seed, chance, order),
        _posted(order),
        _functional_ack(chance, order),
        *_acknowledgement(order),
    ]
    said += [
        _one(order, order.shipped, "inventory", "edi-856-in", "process 856"),
        _one(order, order.received, "inventory", "receipt-posting", "post receipt"),
    ]
    said += [_refused(order)] if order.refused else []
    said += [_wrong_ship_to(order)] if chance.random() < 0.0025 else []
    for n, line in enumerate(order.lines, 1):
        said += _told_line(order, n, line)
    return said


def _attributes(order: Order, interface: str) -> Attributes:
    return {
        "interface.id": interface, "facility.id": order.facility.id, "purchase_order.id": order.id,
        "correlation.id": order.correlation, "supplier.id": order.supplier,
    }  # fmt: skip


def _one(order: Order, at: float, service: str, interface: str, name: str, fault: Fault | None = None) -> Trace:
    return trace(Span(service, name, at - 0.35, at, _attributes(order, interface), fault))


def _requisition(seed: int, chance: random.Random, order: Order) -> Trace:
    at = order.created
    approved = _attributes(order, "requisition-approval") | {"flow.name": "purchase_order", "milestone.name": "created"}
    slow = incidents.slowness(seed, "budget-check", local_day(at))
    checked = min(20.0, chance.lognormvariate(-1.1, 0.5) * slow)
    spans = [
        Span("purchasing-suite", "approve requisition", at - checked - 0.9, at, approved),
        Span(
            "api-gateway",
            "check budget",
            at - checked - 0.05,
            at - 0.05,
            _attributes(order, "budget-check"),
            _budget_fault(seed, at),
            0,
        ),
    ]
    if spans[1].fault:
        spans.append(Span("api-gateway", "check budget", at - 0.04, at - 0.01, _attributes(order, "budget-check"), parent=0))
    if chance.random() < 0.3:
        took = chance.lognormvariate(-2.2, 0.6)
        spans.append(
            Span(
                "clm",
                "look up contract price",
                at - checked - 0.1 - took,
                at - checked - 0.1,
                _attributes(order, "contract-price-lookup"),
                parent=0,
            )
        )
    return trace(*spans)


def _budget_fault(seed: int, at: float) -> Fault | None:
    if incidents.outage(seed, "api-gateway", at):
        return Fault("unreachable", "503", "Budget service unreachable: no response from upstream", at)
    return None


def _posted(order: Order) -> Trace:
    attributes = _attributes(order, "po-to-erp-cloud" if order.facility.cloud else "po-to-erp")
    return trace(
        Span("erp-cloud" if order.facility.cloud else "erp", "post purchase order", order.posted - 1.2, order.posted, attributes),
        Span("edi-gateway", "send 850", order.sent - 0.4, order.sent, _attributes(order, "edi-850-out"), parent=0),
    )


def _refused(order: Order) -> Trace:
    interface = "po-to-erp-cloud" if order.facility.cloud else "po-to-erp"
    return _one(
        order, order.created + 31, "erp-cloud" if order.facility.cloud else "erp", interface, "post purchase order", order.refused
    )


def _functional_ack(chance: random.Random, order: Order) -> Trace:
    return _one(order, order.sent + chance.uniform(20, 900), "edi-gateway", "edi-997-in", "receive 997")


def _wrong_ship_to(order: Order) -> Trace:
    message = f"Ship-to {order.facility.ship_to} not on account of supplier {order.supplier}"
    return _one(
        order,
        order.posted + 1.0,
        "edi-gateway",
        "edi-850-out",
        "send 850",
        Fault("wrong_ship_to", "SHIP_TO_UNKNOWN", message, order.sent),
    )


def _acknowledgement(order: Order) -> list[Signal]:
    said: list[Signal] = [_one(order, order.acknowledged, "edi-gateway", "edi-855-in", "process 855")]
    due = open_later(order.sent, 22)
    if order.acknowledged > due:
        message = f"No acknowledgement for purchase order {order.id} from {order.supplier} within 2 business days"
        said.append(Event(due, "failure", f"overdue-{order.id}", {
            "interface_id": "edi-855-in", "time": rfc3339(due), "code": "ACK_OVERDUE", "message": message, "facility_id": order.facility.id,
            "purchase_order_id": order.id, "supplier_id": order.supplier, "correlation_id": order.correlation,
        }, Fault("acknowledgement_overdue", "ACK_OVERDUE", message, order.acknowledged)))  # fmt: skip
    return said


def _told_line(order: Order, n: int, line: OrderLine) -> list[Signal]:
    said: list[Signal] = [
        Event(order.created, "po_line", f"{order.id}-{n}", {
            "purchase_order_id": order.id, "line": n, "facility_id": order.facility.id, "supplier_id": order.supplier, "contract_id": line.contract,
            "item_id": line.item.id, "quantity": str(line.quantity), "uom": line.uom, "pack_factor": line.pack, "price": f"{line.price:.2f}",
            "currency": line.currency, "ordered": rfc3339(order.created),
        })
    ]  # fmt: skip
    return said + _truth(order, n, line)


def _truth(order: Order, n: int, line: OrderLine) -> list[Signal]:
    """What the line costs too much, or why it cannot be said."""
    reason = "expired" if line.quote.expired else "currency" if line.currency != CURRENCY else "unit" if line.uom == "KT" else ""
    if reason:
        return [Incomparable(order.created, order.id, n, reason)]
    cost = _cost(line, line.agreed)
    at, corrected = line.quote.correction or (None, None)
    later = None if corrected is None else _cost(line, corrected)
    if cost <= 0 and (later or 0) <= 0:
        return []
    why = "case_each" if line.pack != line.item.pack else "retroactive" if later is not None else "price"
    told = (line.contract, line.item.id, cost, line.stale, why, later, at)
    return [Overpayment(order.created, order.id, n, order.facility.id, *told)]


def _cost(line: OrderLine, agreed: float) -> float:
    """Dollars above `agreed`, which is per the item's unit, to the cent."""
    each = Decimal(str(line.price)) - Decimal(str(agreed)) * line.pack / line.item.pack
    return float((line.quantity * each).quantize(Decimal("0.01"), ROUND_HALF_UP))


_CUMULATIVE = tuple(sum(f.weight for f in FACILITIES[: n + 1]) for n in range(len(FACILITIES)))
