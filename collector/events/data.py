"""What each type of business event says: the `data` of its CloudEvent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from collector.json_bodies import Instant, JsonBody, Name, OptionalName, Text

Price = Annotated[Decimal, Field(max_digits=18, decimal_places=6, allow_inf_nan=False, ge=0)]
Quantity = Annotated[Decimal, Field(max_digits=18, decimal_places=4, allow_inf_nan=False)]
PackFactor = Annotated[int, Field(strict=True, ge=1, lt=1 << 32)]
Line = Annotated[int, Field(strict=True, ge=0, lt=1 << 32)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class MilestoneData(JsonBody):
    """Evidence that an instance of `flow` reached, started or failed a step. `time` defaults to the event's.

    `retracted` takes back what was reported of the step up to that time; `amended` says when it was reached, whatever was said before.
    """

    flow: Name
    key: Name
    authority: OptionalName = ""
    facility_id: OptionalName = ""
    item_id: OptionalName = ""
    milestone: Name
    outcome: Literal["reached", "failed", "started", "retracted", "amended"] = "reached"
    time: Instant | None = None
    interface_id: OptionalName = ""
    correlation_id: OptionalName = ""
    supplier_id: OptionalName = ""
    attributes: dict[Name, Text] = Field(default_factory=dict)
    retention: Literal["standard", "import"] = "standard"


class ContractPriceData(JsonBody):
    """A price per `uom` of `pack_factor` base units, from `valid_from` to `valid_to` (None: open-ended); '' is every facility.

    `tier` restricts it to facilities on that tier of the contract: a milestone's attribute `contract.tier` says who is. `known_from` is when the buyer could know it, by default the event's time.
    """

    contract_id: Name
    item_id: Name
    facility_id: OptionalName = ""
    supplier_id: Name
    price: Price
    currency: Currency
    uom: Name
    pack_factor: PackFactor = 1
    tier: OptionalName = ""
    valid_from: Instant
    valid_to: Instant | None = None
    known_from: Instant | None = None


class PurchaseOrderLineData(JsonBody):
    """A line as ordered; the newest event of a line is what holds."""

    purchase_order_id: Name
    line: Line
    facility_id: Name
    supplier_id: Name
    contract_id: OptionalName = ""
    item_id: Name
    quantity: Quantity
    uom: Name
    pack_factor: PackFactor = 1
    price: Price
    currency: Currency
    ordered: Instant


class InvoiceLineData(JsonBody):
    """A line as invoiced; `exception` is why it does not match, '' when it does."""

    supplier_id: Name
    invoice_id: Name
    line: Line
    purchase_order_id: OptionalName = ""
    facility_id: Name
    item_id: Name
    quantity: Quantity
    uom: Name
    pack_factor: PackFactor = 1
    price: Price
    currency: Currency
    invoiced: Instant
    exception: OptionalName = ""


class FailureData(JsonBody):
    """Something that went wrong, classified by the configured failure rules. `time` defaults to the event's."""

    interface_id: Name
    time: Instant | None = None
    code: OptionalName = ""
    message: Text
    facility_id: OptionalName = ""
    flow: OptionalName = ""
    milestone: OptionalName = ""
    correlation_id: OptionalName = ""
    contract_id: OptionalName = ""
    supplier_id: OptionalName = ""
    item_id: OptionalName = ""
    purchase_order_id: OptionalName = ""
    invoice_id: OptionalName = ""


class CrosswalkData(JsonBody):
    """`other_value` of `other_authority` is what we call `value`, from `valid_from` to `valid_to` (days, both included; None: unbounded).

    Reported again it replaces; `withdrawn` ends it as if it had never been.
    """

    key_type: Name
    authority: OptionalName = ""
    value: Name
    other_authority: OptionalName = ""
    other_value: Name
    valid_from: date | None = None
    valid_to: date | None = None
    withdrawn: bool = False
