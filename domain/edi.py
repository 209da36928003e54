"""How X12 documents are read: who the partners are, which interface a document belongs to, what it is evidence of."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from domain.base import Configured, Duration, Identifier
from domain.flows import Outcome

# Qualifier and id as in ISA05/ISA06, for example ZZ:MEDLINE or 01:123456789; an id alone goes with any qualifier.
TradingId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


def _set_id(value: str) -> str:
    if not re.fullmatch("[0-9]{3}|TA1", value):
        raise ValueError('is no transaction set; Write its three digits in quotes, for example "850", or TA1')
    return value


SetId = Annotated[str, AfterValidator(_set_id)]
Direction = Literal["in", "out"]


class EdiPartner(Configured):
    """A trading partner, told by `isa` (or, where a network sends for several, by the application codes `gs`).

    `supplier` is our id of it; `facility` whom its documents are for when they do not say. `authorities`: who issues the keys of
    a type, where a document does not say. `interfaces` and `acknowledge_within` say otherwise than `sets` does, per set.
    """

    id: Identifier
    isa: tuple[TradingId, ...] = Field(min_length=1)
    gs: tuple[TradingId, ...] = ()
    supplier: str = ""
    facility: Identifier | None = None
    authorities: dict[Identifier, str] = Field(default_factory=dict)
    time_zone: str | None = None
    currency: str | None = None
    interfaces: dict[SetId, Identifier] = Field(default_factory=dict)
    acknowledge_within: dict[SetId, Duration] = Field(default_factory=dict)


class EdiMilestone(Configured):
    """A document of the set is evidence of `milestone`.

    With `codes` only where the document's own code is one of them: BEG01 of an 850, BAK02 of an 855 (ACK01 for its lines),
    BSN01 of an 856, BIG07 of an 810, BPR01 of an 820, CON03 of an 845, the verdict (accepted, rejected, …) of an
    acknowledgement. The first entry that fits a milestone decides. `level` None: lines for flows per line, else documents.
    `time`: the document's own date, when its group was sent, or when we received it.
    """

    flow: Identifier
    milestone: Identifier
    outcome: Outcome = Outcome.REACHED
    codes: tuple[str, ...] = ()
    level: Literal["document", "line"] | None = None
    time: Literal["document", "sent", "received"] = "document"


class EdiSet(Configured):
    """A transaction set, of one direction or (None) of both.

    `acknowledge_within` is when its 997 or 999 is due; None: none is expected.
    """

    set: SetId
    direction: Direction | None = None
    interface: Identifier | None = None
    acknowledge_within: Duration | None = None
    milestones: tuple[EdiMilestone, ...] = ()


class EdiSettings(Configured):
    """`us`: our own trading ids, which tell incoming from outgoing.

    `time_zone` of dates and times that name none (default: the organisation's). `references`: REF qualifier → key type.
    `item_qualifiers`: product ids in the order of trust, ours before the partner's. `price_identifiers`: CTP02 codes in the
    order they are preferred as the contract price; '' is a CTP without one. `rejected` and `exceptions`: set → codes that make
    a failure report. `test_data`: what an interchange with ISA15 = T stores beyond its control numbers.
    """

    us: tuple[TradingId, ...] = ()
    time_zone: str | None = None
    currency: str | None = None
    partners: tuple[EdiPartner, ...] = ()
    sets: tuple[EdiSet, ...] = ()
    references: dict[str, Identifier] = Field(
        default_factory=lambda: {"CT": "contract", "PO": "purchase_order", "IV": "invoice", "BM": "bill_of_lading"}
    )
    item_qualifiers: tuple[str, ...] = (
        "IN", "BP", "CB", "VN", "VP", "VC", "MG", "MF", "UK", "EN", "UP", "UA", "UI", "ND", "SK", "IB",
    )  # fmt: skip
    price_identifiers: tuple[str, ...] = ("CON", "CT", "NET", "UCP", "RES", "PRP", "")
    rejected: dict[SetId, tuple[str, ...]] = Field(
        default_factory=lambda: dict[str, tuple[str, ...]](
            {
                "855": ("RD", "RF", "RJ", "RO", "ID", "IR", "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9"),
                "845": ("RJ", "RE", "IR", "R"),
            }
        )
    )
    exceptions: dict[SetId, tuple[str, ...]] = Field(
        default_factory=lambda: dict[str, tuple[str, ...]](
            {"855": ("BP", "DR", "IB", "IC", "IE", "IF", "IH", "IP", "IQ", "IS", "SP")}
        )
    )
    test_data: Literal["keep", "control_numbers"] = "keep"
