"""Invoices: one for most received orders, matched against it, sometimes with an exception, approved and paid."""

from __future__ import annotations

import random
from datetime import date
from typing import NamedTuple

from simulator.orders import Order, OrderLine
from simulator.rhythm import dice, local_day, local_time, open_later
from simulator.signals import Attributes, Event, Fault, Signal, Span, Trace, rfc3339, trace

DAY = 86400.0


class Invoice(NamedTuple):
    """prices: per order line, as invoiced. exceptions: per order line, '' when it matched. Times are epoch seconds."""

    id: str
    correlation: str
    received: float
    first_match: float
    matched: float
    approved: float
    paid: float
    prices: tuple[float, ...]
    exceptions: tuple[str, ...]
    duplicate: float | None


def invoice(seed: int, order: Order, day: date, number: int) -> Invoice | None:
    """The invoice for an order; `number` counts the supplier's invoices of orders of `day`. One order in twenty has none (evaluated receipt)."""
    chance = dice(seed, "invoice", order.id)
    if chance.random() < 0.05:
        return None
    received = order.shipped + chance.uniform(0.1, 2.5) * DAY
    priced = [_priced(chance, line) for line in order.lines]
    exceptions = tuple(e for _, e in priced)
    first = max(received, order.received) + chance.uniform(60, 2400)
    matched = open_later(first, chance.lognormvariate(2.3, 0.8)) if any(exceptions) else first
    approved = open_later(matched, chance.lognormvariate(1.2, 0.8))
    paid = _payment(approved, chance)
    duplicate = received + chance.uniform(0.5, 5) * DAY if chance.random() < 0.004 else None
    return Invoice(
        f"{day:%y%m%d}{number:03d}",
        f"INV-{order.id[3:]}",
        received,
        first,
        matched,
        approved,
        paid,
        tuple(p for p, _ in priced),
        exceptions,
        duplicate,
    )


def _priced(chance: random.Random, line: OrderLine) -> tuple[float, str]:
    """Suppliers bill the contract price more often than the price we ordered at: the mismatch a late load causes."""
    if line.price != line.agreed:
        return (line.agreed, "price_mismatch") if chance.random() < 0.6 else (line.price, "")
    luck = chance.random()
    if luck < 0.035:
        return round(line.price * chance.uniform(1.01, 1.12), 2), "price_mismatch"
    if luck < 0.05:
        return line.price, "quantity_mismatch"
    if luck < 0.058:
        return line.price, "uom_mismatch"
    return line.price, ""


def _payment(approved: float, chance: random.Random) -> float:
    """Paid in the 15:00 payment run four to nine days after approval."""
    day = local_day(approved + chance.randint(4, 9) * DAY)
    return local_time(day, 15.0) + chance.uniform(60, 4800)


def story(order: Order, told: Invoice) -> list[Signal]:
    """Everything said about an invoice."""
    said: list[Signal] = [
        _one(order, told, told.received, "edi-gateway", "edi-810-in", "process 810"),
        _one(order, told, told.matched, "ap", "invoice-match", "match invoice"),
        trace(
            Span("ap", "approve invoice", told.approved - 1.1, told.approved, _attributes(order, told, "invoice-approval")),
            Span(
                "ap",
                "publish invoice status",
                told.approved - 0.2,
                told.approved + 0.3,
                _attributes(order, told, "invoice-status"),
                parent=0,
            ),
        ),
        _one(order, told, told.paid, "ap", "ap-payment", "pay invoice"),
    ]
    if any(told.exceptions):
        said.append(_one(order, told, told.first_match, "ap", "invoice-match", "match invoice", _mismatch(order, told)))
    if told.duplicate is not None:
        message = f"Duplicate invoice {told.id} from supplier {order.supplier}"
        closed = open_later(told.duplicate, 6)
        fault = Fault("duplicate_document", "DUPLICATE", message, closed)
        said.append(_one(order, told, told.duplicate, "edi-gateway", "edi-810-in", "check 810", fault))
        said.append(_one(order, told, closed, "edi-gateway", "edi-810-in", "close duplicate 810"))
    said += [_line(order, told, n) for n in range(len(order.lines))]
    return said


def _attributes(order: Order, told: Invoice, interface: str) -> Attributes:
    return {
        "interface.id": interface, "facility.id": order.facility.id, "invoice.id": told.id, "purchase_order.id": order.id,
        "correlation.id": told.correlation, "supplier.id": order.supplier,
    }  # fmt: skip


def _one(order: Order, told: Invoice, at: float, service: str, interface: str, name: str, fault: Fault | None = None) -> Trace:
    return trace(Span(service, name, at - 0.8, at, _attributes(order, told, interface), fault))


def _mismatch(order: Order, told: Invoice) -> Fault:
    n = next(n for n, e in enumerate(told.exceptions) if e)
    line, item = order.lines[n], order.lines[n].item.id
    if told.exceptions[n] == "price_mismatch":
        return Fault(
            "price_mismatch",
            "PRICE_MISMATCH",
            f"Price {told.prices[n]:.2f} of item {item} is outside tolerance of {line.price:.2f} on {order.id}",
            told.matched,
        )
    if told.exceptions[n] == "uom_mismatch":
        return Fault(
            "uom_mismatch", "UOM_MISMATCH", f"Unit of measure {line.uom} of item {item} differs from the order", told.matched
        )
    return Fault(
        "downstream_rejected",
        "QUANTITY_MISMATCH",
        f"Match rejected: quantity of item {item} differs from the receipt",
        told.matched,
    )


def _line(order: Order, told: Invoice, n: int) -> Event:
    line = order.lines[n]
    return Event(told.received, "invoice_line", f"{order.supplier}-{told.id}-{n + 1}", {
        "supplier_id": order.supplier, "invoice_id": told.id, "line": n + 1, "purchase_order_id": order.id, "facility_id": order.facility.id,
        "item_id": line.item.id, "quantity": str(line.quantity), "uom": line.uom, "pack_factor": line.pack, "price": f"{told.prices[n]:.2f}",
        "currency": line.currency, "invoiced": rfc3339(told.received), "exception": told.exceptions[n],
    })  # fmt: skip
