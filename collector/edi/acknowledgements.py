"""What an acknowledgement says of something sent before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from collector.edi.document import Document
from collector.edi.headers import control

Level = Literal["interchange", "group", "set"]
_VERDICTS = {
    "A": "accepted",
    "E": "accepted_with_errors",
    "P": "partly_accepted",
    "R": "rejected",
    "M": "rejected",
    "W": "rejected",
    "X": "rejected",
}


def verdict(code: str) -> str:
    """Of AK501, AK901, IK501 and TA104; '' for a code X12 does not have."""
    return _VERDICTS.get(code, "")


def acknowledged(
    document: Document,
    level: Level,
    *,
    verdict: str,
    code: str,
    message: str,
    suffix: str,
    interchange: str = "",
    group: str = "",
    original_set: str = "",
    set_control: str = "",
    named_sets: int = 0,
    keys: Mapping[str, str] = {},
) -> None:
    """Adds what is said, under the key of what it is about. '' instead of a number: it cannot be paired by numbers."""
    back = document.interchange.answered_as
    about = {
        "interchange": f"{back}|{control(interchange)}" if interchange else "",
        "group": f"{back}|group {control(group)}" if group else "",
        "set": f"{back}|group {control(group)}|{original_set} {control(set_control)}" if group and set_control else "",
    }[level]
    opposite = {"in": "out", "out": "in"}.get(document.direction, "")
    document.add(
        "edi_acknowledgements",
        {
            "acknowledges": about, "kind": document.header.set_id, "level": level, "verdict": verdict, "code": code,
            "message": message, "named_sets": named_sets, "sender": document.interchange.sender,
            "receiver": document.interchange.receiver, "interchange_control": document.interchange.number,
            "group_control": document.group.number if document.group else "", "set_control": document.header.number,
            "original_set": original_set,
            "original_interface": document.around.parties.interface(original_set, opposite, document.partner),
            "contract_id": keys.get("contract", ""), "purchase_order_id": keys.get("purchase_order", ""),
            "invoice_id": keys.get("invoice", ""), "supplier_id": document.supplier_id, "interface_id": document.interface_id,
            "test": int(document.interchange.test), "time": document.sent, "correlation_id": document.correlation_id,
        },
        suffix,
    )  # fmt: skip
