"""supplyscope completeness, dependencies, and the tables of `queues --outlook` and `batches --arrivals`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from server.commands.options import DEFAULT_SERVER, Days, FacilityOption, Json, Limit, Server, since
from server.commands.output import print_json, print_table
from server.commands.remote import get


def completeness(
    server: Server = DEFAULT_SERVER,
    handover: Annotated[str | None, typer.Option("--handover", help="One handover; all without it.")] = None,
    facility: FacilityOption = None,
    days: Days = 7,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """What one side sent and the other received: by hour, and the keys that are missing."""
    answer = get(server, "completeness", {"from": since(days), "handover": handover, "facility": facility, "limit": limit})
    if json:
        return print_json(answer)
    hours = [row for row in answer["by_hour"] if row["missing"] or row["received_late"]]
    counts: list[tuple[str, Any]] = [
        (name.replace("_", " ").capitalize(), name) for name in ("sent", "received", "received_late", "missing", "awaited")
    ]
    print_table(
        "Hours with something missing or late", hours, [("Handover", "handover"), ("Hour", _minute("hour")), *counts], "none"
    )
    named: list[tuple[str, Any]] = [
        ("Handover", "handover"),
        ("Key", "key"),
        ("Issuer", "authority"),
        ("Facility", "facility_id"),
    ]
    print_table("Missing", answer["missing"], [*named, ("Sent", _minute("sent_at")), ("Due", _minute("due"))], "none")
    print_table("Never seen sent", answer["unsent"], [*named, ("Received", _minute("received_at"))], "none")
    return None


def dependencies(
    server: Server = DEFAULT_SERVER,
    by_version: Annotated[bool, typer.Option("--by-version", help="Apart by API version, where calls name one.")] = False,
    facility: FacilityOption = None,
    days: Days = 1,
    limit: Limit = 100,
    json: Json = False,
) -> None:
    """Who calls whom, and what runs on last approved prices."""
    answer = get(server, "dependencies", {"from": since(days), "by_version": by_version, "facility": facility, "limit": limit})
    if json:
        return print_json(answer)
    print_table(
        "Calls",
        answer["edges"],
        [
            ("Caller", lambda row: row["caller"] or "not known"),
            ("Callee", "callee"),
            ("Interface", "callee_interface"),
            ("Version", "api_version"),
            ("How", "mode"),
            ("Calls", "calls"),
            ("Errors", "errors"),
            ("429", "throttled"),
            ("Refused", "refused"),
            ("p95", lambda row: f"{row['p95_seconds']:.3f} s"),
            ("Standing", lambda row: row["standing"].replace("_", " ")),
        ],
        "none seen in the period",
    )
    print_table(
        "On last approved prices",
        answer["on_last_prices"],
        [
            ("What", "name"),
            ("Away", lambda row: ", ".join(row["interfaces"])),
            ("Flows", lambda row: ", ".join(row["flows"])),
            ("Since", _minute("started")),
            ("Until", _minute("ended")),
            ("Prices of", _minute("prices_as_of")),
            ("Orders meanwhile", lambda row: sum(m["orders"] for m in row["meanwhile"])),
        ],
        "none",
    )
    return None


def print_outlook(answer: Any) -> None:
    """`supplyscope queues --outlook`."""
    print_table(
        "Queues",
        answer,
        [
            ("Queue", "queue"),
            ("Depth", "depth"),
            ("Empty in", lambda row: "" if row["drain_seconds"] is None else f"{row['drain_seconds']:.0f} s"),
            ("By", "drain_method"),
            ("Stuck", lambda row: row["stuck"].replace("_", " ")),
            ("Since", _minute("stuck_since")),
            ("Grows per hour", _whole("growth_per_hour")),
            ("Usual depth", _whole("usual_depth")),
            ("Usual growth", _whole("usual_growth_per_hour")),
            ("Weeks", "usual_weeks"),
        ],
        "no queue told its depth in the last week",
    )


def print_arrivals(answer: Any) -> None:
    """`supplyscope batches --arrivals`."""
    print_table(
        "Expected batches",
        answer,
        [
            ("Arrival", "arrival"),
            ("Due", _minute("due")),
            ("State", lambda row: row["state"].replace("_", " ")),
            ("Arrived", _minute("arrived")),
            ("Records", "records"),
            ("What is wrong", lambda row: ", ".join(row["flags"])),
        ],
        "none due in the period; see docs/how-to/arrival-calendar.md",
    )


def _whole(name: str) -> Any:
    return lambda row: None if row[name] is None else f"{row[name]:,.0f}"


def _minute(name: str) -> Any:
    return lambda row: None if row[name] is None else row[name].replace("T", " ")[:16]
