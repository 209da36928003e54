"""supplyscope sla: what is promised and kept, budgets, and what a figure rests on."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from server.commands.options import DEFAULT_SERVER, Days, FacilityOption, Json, Server, since
from server.commands.output import print_json, print_table
from server.commands.remote import get

Budgets = Annotated[bool, typer.Option("--budgets", help="Error budgets and burn rates now, each over its SLA's own window.")]
Why = Annotated[str | None, typer.Option("--why", help="What the budget of this SLA rests on, counted again from the record.")]


def sla(
    server: Server = DEFAULT_SERVER,
    facility: FacilityOption = None,
    days: Days = 30,
    budgets: Budgets = False,
    why: Why = None,
    json: Json = False,
) -> None:
    """State of every SLA, and open breaches; or their budgets; or why one stands where it does."""
    if why is not None:
        answer = get(server, f"sla/{why}/why")
        return print_json(answer) if json else _print_why(answer)
    if budgets:
        answer = get(server, "sla/budgets")
        return print_json(answer) if json else _print_budgets(answer)
    answer = get(server, "sla", {"from": since(days), "facility": facility})
    return print_json(answer) if json else _print_status(answer)


def _print_status(answer: Any) -> None:
    print_table(
        "Service levels",
        answer["status"],
        [
            ("SLA", "name"),
            ("State", "state"),
            ("Target", _share("target")),
            ("Attained", _share("attained")),
            ("Budget left", _share("budget_left")),
            ("Open breaches", "open_breaches"),
            ("Owner", "owner"),
        ],
        "none configured",
    )
    print_table(
        "Breaches",
        answer["breaches"],
        [
            ("SLA", "name"),
            ("Subject", "subject"),
            ("Opened", _minute("opened")),
            ("Closed", _minute("closed")),
            ("Reason", "reason"),
        ],
        "none",
    )


def _print_budgets(answer: Any) -> None:
    print_table(
        "Error budgets",
        answer,
        [
            ("SLA", "sla_id"),
            ("State", "state"),
            ("Counted", "budgeting"),
            ("Since", _minute("begins")),
            ("Good", "good"),
            ("Total", "total"),
            ("Left", _share("left")),
            ("Spent in", _hours("exhausted_in_seconds")),
            ("Firing", lambda row: ", ".join(tier["name"] for tier in row["tiers"] if tier["firing"])),
            ("Coverage", _share("coverage")),
            ("Frozen", "frozen"),
        ],
        "none configured",
    )


def _print_why(answer: Any) -> None:
    agrees = "equal" if answer["agrees"] else "NOT equal"
    print_table(
        f"{answer['sla_id']}: {answer['good']:,} of {answer['total']:,}; from the minute record "
        f"{answer['recounted_good']:,} of {answer['recounted_total']:,}, {agrees}",
        answer["pieces"],
        [
            ("From", _minute("start")),
            ("Minutes", "minutes"),
            ("Good", "budget_good"),
            ("Total", "budget_total"),
            ("Excluded s", "excluded_seconds"),
        ],
        "no slice",
    )
    print_table(
        "Exclusions",
        answer["exclusions"],
        [("From", _minute("start")), ("To", _minute("end")), ("Name", "name"), ("Party", "party")],
        "none",
    )


def _share(name: str) -> Any:
    return lambda row: None if row[name] is None else f"{row[name] * 100:.2f} %"


def _hours(name: str) -> Any:
    return lambda row: None if row[name] is None else f"{row[name] / 3600:.1f} h"


def _minute(name: str) -> Any:
    return lambda row: None if row[name] is None else row[name].replace("T", " ")[:16]
