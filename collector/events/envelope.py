"""The CloudEvents 1.0 envelope of each event type (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from collector.events.data import (
    ContractPriceData,
    CrosswalkData,
    FailureData,
    InvoiceLineData,
    MilestoneData,
    PurchaseOrderLineData,
)
from collector.json_bodies import Instant, Name


class Envelope(BaseModel):
    """Required attributes. Other attributes of the envelope are legal extensions and not kept, but for correlationid, which
    stands in where `data` names no correlation id; `data` is strict.

    `source` and `id` together name the event: sent again, it counts once.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"]
    id: Name
    source: Name
    time: Instant | None = None
    correlationid: Any = None

    @property
    def correlation(self) -> str:
        """The extension correlationid where it is one, else ''."""
        return self.correlationid if isinstance(self.correlationid, str) and len(self.correlationid) <= 512 else ""

    @property
    def source_id(self) -> str:
        return f"{self.source}#{self.id}"


class MilestoneEvent(Envelope):
    type: Literal["supplyscope.milestone"]
    data: MilestoneData


class ContractPriceEvent(Envelope):
    type: Literal["supplyscope.contract_price"]
    data: ContractPriceData


class PurchaseOrderLineEvent(Envelope):
    type: Literal["supplyscope.po_line"]
    data: PurchaseOrderLineData


class InvoiceLineEvent(Envelope):
    type: Literal["supplyscope.invoice_line"]
    data: InvoiceLineData


class FailureEvent(Envelope):
    type: Literal["supplyscope.failure"]
    data: FailureData


class CrosswalkEvent(Envelope):
    type: Literal["supplyscope.crosswalk"]
    data: CrosswalkData


Event = Annotated[
    MilestoneEvent | ContractPriceEvent | PurchaseOrderLineEvent | InvoiceLineEvent | FailureEvent | CrosswalkEvent,
    Field(discriminator="type"),
]
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Event])
