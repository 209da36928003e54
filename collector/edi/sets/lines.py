"""Ordered, acknowledged and invoiced lines: one shape in three transaction sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from collector.edi.document import Document
from collector.edi.parties import product_ids
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.values import required_number, unit_price

SINGLE_UNITS = frozenset({"EA", "PC", "UN", "EACH"})
_LARGEST_PACK = 1 << 32


@dataclass(slots=True)
class Line:
    """`pack` is base units per `uom` where PO4 said so, else 1. `price` is of one `uom`, None when the line has none."""

    segment: Segment
    number: int
    quantity: Decimal
    uom: str
    price: Decimal | None
    ids: list[tuple[str, str]]
    pack: int = 1
    contract: str = ""
    references: dict[str, str] = field(default_factory=dict)


def line_of(segment: Segment, number: int) -> Line:
    """A PO1 or IT1: 02 quantity, 03 unit, 04 price, 05 its basis, from 06 on product ids. An empty quantity is refused."""
    return Line(
        segment, number, required_number(segment, 2, 4), segment[3][:32], unit_price(segment, 4, 5), product_ids(segment, 6)
    )


def pack_of(segment: Segment, uom: str) -> int:
    """PO401 × PO414: single units per `uom`; 1 for single units themselves and where nothing is said.

    BadSegment when a pack is no whole number: the price of a piece cannot be told then.
    """
    if uom in SINGLE_UNITS:
        return 1
    pack = 1
    for index in (1, 14):
        text = segment[index]
        if not text:
            continue
        if not (text.isascii() and text.isdigit()) or len(text) > 9:
            raise BadSegment("not_a_pack", f"{segment.tag}{index:02d} is no whole number of pieces")
        pack *= int(text) or 1
    return min(pack, _LARGEST_PACK - 1)


def name_contract(line: Line, segment: Segment, document: Document) -> None:
    """Let a line's REF say which contract the line is bought under; other references are none of a line's."""
    if document.around.references.get(segment[1]) == "contract":
        line.contract = segment[2][:512]
        document.key("contract", line.contract)
