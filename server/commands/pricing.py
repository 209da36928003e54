"""supplyscope pricing"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from server.commands.options import DEFAULT_SERVER, Days, FacilityOption, Json, Limit, Server, since
from server.commands.output import print_json, print_table
from server.commands.remote import get

_Column = tuple[str, Any]
_LEAKAGE: tuple[_Column, ...] = (
    ("Currency", "currency"), ("Overpaid", "overpaid"), ("Stale price", "stale_overpaid"), ("Retroactive", "retroactive_overpaid"),
    ("Outdated", "expired_overpaid"), ("Other", "other_overpaid"), ("Wrong lines", "wrong_price_lines"),
    ("Compared lines", "compared_lines"), ("Not comparable", "not_comparable_lines"),
)  # fmt: skip
_LINES: tuple[_Column, ...] = (
    ("PO", "purchase_order_id"), ("Line", "line"), ("Facility", "facility_id"), ("Contract", "contract_id"), ("Item", "item_id"),
    ("Paid", "price"), ("Contract price", "contract_price"), ("Known then", "known_price"), ("Overpaid", "overpaid"), ("Why", "cause"),
)  # fmt: skip
_CREDITS: tuple[_Column, ...] = (
    ("Supplier", "supplier_id"), ("Contract", "contract_id"), ("Credit due to us", "credit_due"), ("Rebill due to them", "rebill_due"),
    ("Currency", "currency"), ("Invoices", "invoices"),
)  # fmt: skip
_OWED: tuple[_Column, ...] = (
    ("Invoice", "invoice_id"), ("Line", "line"), ("Supplier", "supplier_id"), ("Item", "item_id"), ("Billed", "price"),
    ("Contract price", "contract_price"), ("Due", "due"), ("Currency", "currency"),
)  # fmt: skip
_REASONS: tuple[_Column, ...] = (("Reason", "reason"), ("Lines", "lines"), ("Spend", "spend"), ("Currency", "currency"))
_REFUSED: tuple[_Column, ...] = (
    ("PO", "purchase_order_id"), ("Line", "line"), ("Contract", "contract_id"), ("Item", "item_id"), ("Spend", "spend"), ("Why", "reason"),
)  # fmt: skip


def pricing(
    server: Server = DEFAULT_SERVER,
    facility: FacilityOption = None,
    days: Days = 7,
    limit: Limit = 50,
    owed: Annotated[bool, typer.Option("--credits", help="Credits and rebills due on invoices instead.")] = False,
    not_comparable: Annotated[
        bool, typer.Option("--not-comparable", help="Lines that are in no figure, and why, instead.")
    ] = False,
    json: Json = False,
) -> None:
    """What was paid above contract, what is owed back, or what could not be compared."""
    path = "pricing/credits" if owed else "pricing/not-comparable" if not_comparable else "pricing"
    answer = get(server, path, {"from": since(days), "facility": facility, "limit": limit})
    if json:
        return print_json(answer)
    if owed:
        print_table(
            "Credits and rebills due", answer["credits"], [*_CREDITS], "every comparable invoice line was billed as agreed"
        )
        print_table("Lines", answer["lines"], [*_OWED], "none")
    elif not_comparable:
        print_table("Not comparable", answer["reasons"], [*_REASONS], "every line with a contract price could be compared")
        print_table("Lines", answer["lines"], [*_REFUSED], "none")
    else:
        print_table("Paid above contract", answer["total"], [*_LEAKAGE], "no comparable PO line in the period")
        print_table("Lines", answer["lines"], [*_LINES], "none")
    return None
