"""The small network with suppliers that send and get X12, and documents of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.configuration import Configuration
from tests.support.network import NETWORK, small_network

EDI: dict[str, Any] = {
    "us": ["ZZ:TESTHEALTH"],
    "time_zone": "America/Chicago",
    "partners": [
        {"id": "acme", "isa": ["ZZ:ACMEMED"], "supplier": "S014", "time_zone": "America/New_York", "acknowledge_within": {"850": "2h"}},
        {"id": "bolt", "isa": ["01:123456789"], "supplier": "S015"},
    ],
    "sets": [
        {"set": "850", "direction": "out", "interface": "edi-850-out", "acknowledge_within": "4h",
         "milestones": [{"flow": "purchase_order", "milestone": "created"}]},
        {"set": "855", "direction": "in", "interface": "edi-855-in", "acknowledge_within": "24h",
         "milestones": [
             {"flow": "purchase_order", "milestone": "acknowledged", "outcome": "failed", "codes": ["RJ", "RD"]},
             {"flow": "purchase_order", "milestone": "acknowledged"},
             {"flow": "contract_activation", "milestone": "proven", "codes": ["IA", "AC"]}]},
        {"set": "856", "interface": "edi-856-in", "milestones": [{"flow": "purchase_order", "milestone": "shipped"}]},
        {"set": "810", "interface": "edi-810-in", "milestones": [
            {"flow": "invoice_to_pay", "milestone": "received"}, {"flow": "purchase_order", "milestone": "invoiced"}]},
        {"set": "820", "interface": "edi-820-out", "milestones": [{"flow": "invoice_to_pay", "milestone": "paid"}]},
        {"set": "832", "interface": "edi-832-price", "milestones": [{"flow": "contract_activation", "milestone": "price_file_received"}]},
        {"set": "997", "interface": "edi-997-in", "milestones": [
            {"flow": "purchase_order", "milestone": "sent", "codes": ["accepted", "E"]},
            {"flow": "purchase_order", "milestone": "sent", "outcome": "failed", "codes": ["rejected"]}]},
    ],
}  # fmt: skip
_FLOWS: list[dict[str, Any]] = [
    {
        "id": "purchase_order", "name": "Purchase order", "key": "purchase_order", "completes_at": "paid_for",
        "milestones": [
            {"id": name, "name": name} for name in ("created", "sent", "acknowledged", "shipped", "invoiced", "paid_for")
        ],
    },
    {
        "id": "invoice_to_pay", "name": "Invoice to pay", "key": "invoice", "completes_at": "paid",
        "milestones": [{"id": "received", "name": "received"}, {"id": "paid", "name": "paid"}],
    },
    {
        "id": "contract_activation", "name": "Contract activation", "key": "contract", "per_facility": True, "per_line": True,
        "completes_at": "usable",
        "milestones": [{"id": name, "name": name} for name in ("executed", "price_file_received", "erp_loaded", "usable", "proven")],
    },
]  # fmt: skip
_INTERFACES = ("edi-850-out", "edi-855-in", "edi-856-in", "edi-820-out", "edi-832-price", "edi-997-in")


def edi_network(**changes: Any) -> Configuration:
    """The small network with an edi section; `changes` replace keys of that section."""
    interfaces = [
        *NETWORK["interfaces"],
        *(
            {"id": id, "name": id, "source": "edi", "target": "erp", "pattern": "event", "tier": 2, "owner": "integration", "phi_adjacent": False}
            for id in _INTERFACES
        ),
    ]  # fmt: skip
    facilities = [{**facility, "aliases": [f"ST-{facility['id']}"]} for facility in NETWORK["facilities"]]
    crosswalks = [
        {"key_type": "item", "authority": "erp", "value": "40-1", "other_authority": "S014", "other_value": "VP-1"},
        {"key_type": "item", "authority": "erp", "value": "40-2", "other_authority": "gtin", "other_value": "00380740022188"},
    ]
    rules = [{"id": "edi-price", "failure_class": "item_mapping_missing", "code": "855:R1"}]
    return small_network(
        interfaces=interfaces,
        facilities=facilities,
        crosswalks=crosswalks,
        flows=_FLOWS,
        milestone_rules=[],
        slas=[],
        failure_rules=rules,
        edi={**EDI, **changes},
    )


def interchange(
    *sets: Sequence[str],
    number: int = 1,
    group: int = 1,
    functional: str = "PO",
    sender: str = "ZZ:TESTHEALTH",
    receiver: str = "ZZ:ACMEMED",
    date: str = "20261119",
    time: str = "0900",
    first_control: int = 1,
    outside: Sequence[str] = (),
    separators: str = "*>~\n",
    usage: str = "P",
) -> bytes:
    """A well-formed interchange of one group; each set is its segments without ST and SE, the first one the set's id."""
    element, component, terminator = separators[0], separators[1], separators[2:]
    (q1, s), (q2, r) = sender.split(":"), receiver.split(":")
    isa = f"ISA*00*{'':10}*00*{'':10}*{q1}*{s:15}*{q2}*{r:15}*{date[2:]}*{time}*U*00401*{number:09}*0*{usage}*"
    segments = [f"GS*{functional}*{s}*{r}*{date}*{time}*{group}*X*004010"] if sets else []
    for n, (set_id, *body) in enumerate(sets, first_control):
        segments += [f"ST*{set_id}*{n:04}", *body, f"SE*{len(body) + 2}*{n:04}"]
    segments += [f"GE*{len(sets)}*{group}"] if sets else []
    written = [*outside, *segments, f"IEA*{int(bool(sets))}*{number:09}"]
    text = terminator.join(segment.replace("*", element) for segment in [isa + component, *written]) + terminator
    return text.encode()


def order(number: str = "PO-1", *, contract: str = "C-9", price: str = "12.50", date: str = "20261119") -> list[str]:
    return [
        "850", f"BEG*00*SA*{number}**{date}", f"REF*CT*{contract}", "N1*ST*North*92*ST-H01",
        f"PO1*1*10*CA*{price}**VN*VP-1", "PO4*12", "PO1*2*5*EA*3.1**UP*380740022188", "CTT*2",
    ]  # fmt: skip


def acknowledgement(number: str = "PO-1", *codes: str, header: str = "AD") -> list[str]:
    lines = [(f"PO1*{n}*10*CA*12.5**VN*VP-{n}", f"ACK*{code}*10*CA") for n, code in enumerate(codes or ("IA",), 1)]
    return [
        "855",
        f"BAK*00*{header}*{number}*20261119*****20261119",
        "REF*CT*C-9",
        "N1*ST**92*ST-H01",
        *(s for pair in lines for s in pair),
    ]


def functional_acknowledgement(verdict: str, group: int, *sets: tuple[str, str, str], functional: str = "PO") -> list[str]:
    """A 997 of `group`; each set is (id, control, code)."""
    answers = [
        segment for id, number, code in sets for segment in (f"AK2*{id}*{number}", f"AK5*{code}" + ("*5" if code == "R" else ""))
    ]
    return ["997", f"AK1*{functional}*{group}", *answers, f"AK9*{verdict}*1*1*{int(verdict != 'R')}"]
