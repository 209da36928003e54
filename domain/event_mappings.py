"""Events of other systems' own types, read as Supplyscope's: which fields stand where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.base import Configured, Identifier

Target = Literal["milestone", "contract_price", "po_line", "invoice_line", "failure"]
Kind = Literal["text", "time", "number", "whole"]


@dataclass(frozen=True, slots=True)
class TargetField:
    """What a field of a target holds, and whether an event without it makes no sense."""

    kind: Kind = "text"
    required: bool = False


_TEXT, _NEEDED = TargetField(), TargetField(required=True)
_TIME, _WHOLE, _NUMBER = TargetField("time"), TargetField("whole"), TargetField("number", required=True)
_MONEY: Mapping[str, TargetField] = {"price": _NUMBER, "currency": _NEEDED, "uom": _NEEDED, "pack_factor": _WHOLE}
_KEYS = ("correlation_id", "contract_id", "supplier_id", "item_id", "purchase_order_id", "invoice_id")
# Target → its fields, as /v1/events takes them.
TARGETS: Mapping[Target, Mapping[str, TargetField]] = {
    "milestone": {
        "flow": _NEEDED, "key": _NEEDED, "milestone": _NEEDED, "authority": _TEXT, "facility_id": _TEXT, "item_id": _TEXT,
        "outcome": _TEXT, "time": _TIME, "interface_id": _TEXT, "correlation_id": _TEXT, "supplier_id": _TEXT, "retention": _TEXT,
    },
    "contract_price": {
        "contract_id": _NEEDED, "item_id": _NEEDED, "facility_id": _TEXT, "supplier_id": _NEEDED, **_MONEY, "tier": _TEXT,
        "valid_from": TargetField("time", required=True), "valid_to": _TIME, "known_from": _TIME,
    },
    "po_line": {
        "purchase_order_id": _NEEDED, "line": TargetField("whole", required=True), "facility_id": _NEEDED, "supplier_id": _NEEDED,
        "contract_id": _TEXT, "item_id": _NEEDED, "quantity": _NUMBER, **_MONEY, "ordered": TargetField("time", required=True),
    },
    "invoice_line": {
        "supplier_id": _NEEDED, "invoice_id": _NEEDED, "line": TargetField("whole", required=True), "purchase_order_id": _TEXT,
        "facility_id": _NEEDED, "item_id": _NEEDED, "quantity": _NUMBER, **_MONEY,
        "invoiced": TargetField("time", required=True), "exception": _TEXT,
    },
    "failure": {
        "interface_id": _NEEDED, "message": _NEEDED, "time": _TIME, "code": _TEXT, "facility_id": _TEXT, "flow": _TEXT,
        "milestone": _TEXT, **dict.fromkeys(_KEYS, _TEXT),
    },
}  # fmt: skip


class FieldSource(Configured):
    """Where a field comes from, `path` or a constant `value`, and what is done to it, in this order.

    `trim` takes blanks off its ends; `values` translates it, what is not listed being refused; `upper` makes capitals. For
    times: `formats`, strptime patterns or iso, epoch_s, epoch_ms, and `zone`, where one without a zone was written. For
    numbers: `decimal`, how they are written. `default` stands in where the path finds nothing.
    """

    path: str | None = None
    value: str | None = None
    default: str | None = None
    trim: bool = True
    upper: bool = False
    values: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    formats: tuple[str, ...] = ("iso",)
    zone: str | None = None
    decimal: Literal["point", "comma"] = "point"


class EventMapping(Configured):
    """CloudEvents whose type and source fit the globs `type` and `source`, as rows of target `to`.

    A plain text under `fields` is a JSON path into the whole event: $.data.number, $.subject, $.correlationid. A path to
    several values makes several rows, and all such paths must find equally many. With `each`, a path to a list, every entry
    is a row, and fields that begin with @ are read inside it. `zone` holds for times of the event without a zone; without it
    they are refused. `attributes` of a milestone are kept beside it. Every mapping that fits an event is applied.
    """

    id: Identifier
    type: str
    source: str = "*"
    to: Target
    each: str | None = None
    fields: dict[str, str | FieldSource]
    attributes: dict[str, str | FieldSource] = {}  # noqa: RUF012
    zone: str | None = None

    def field(self, name: str) -> FieldSource | None:
        """How a field is read, None when it is not."""
        source = self.fields.get(name)
        return FieldSource(path=source) if isinstance(source, str) else source
