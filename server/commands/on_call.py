"""supplyscope on-call"""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands.failures import minute
from server.commands.options import DEFAULT_SERVER, Days, Json, Server
from server.commands.output import print_json, print_table
from server.commands.remote import get

app = typer.Typer(no_args_is_help=True, help="Who is on call now and next, the shifts ahead, and whether every step ran.")


@app.command("now")
def now(server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """Who is on call in each schedule, who is next, and the open incidents that escalate."""
    answer = get(server, "on-call")
    if json:
        print_json(answer)
        return
    print_table(
        "On call now",
        answer["schedules"],
        [
            ("Schedule", "name"),
            ("On call", lambda row: _somebody(row["person_name"])),
            ("By", "why"),
            ("Until", minute("until")),
            ("Then", lambda row: _somebody(row["next_name"]) if row["until"] else "the same for five weeks"),
            ("Zone", "time_zone"),
        ],
        "no schedule is configured; add schedules to the configuration",
    )
    print_table(
        "Escalations",
        answer["escalations"],
        [
            ("Incident", "incident_id"), ("Title", "title"), ("Policy", "policy"), ("State", "state"),
            ("Steps", lambda row: f"{row['steps_run']} of {row['steps']}"), ("Told", "told"), ("Next", "next_step"), ("At", minute("next_at")),
        ],
        "no open incident has a policy",
    )  # fmt: skip


@app.command("shifts")
def shifts(
    server: Server = DEFAULT_SERVER,
    schedule: Annotated[str, typer.Option("--schedule", help="One schedule; all without it.")] = "",
    days: Annotated[float, typer.Option("--days", min=0.01, max=366, help="How far ahead to look, in days.")] = 14,
    json: Json = False,
) -> None:
    """Shifts of the coming days."""
    rows = get(server, "on-call/shifts", {"schedule": schedule, "days": days})
    if json:
        print_json(rows)
        return
    print_table(
        "Shifts",
        rows,
        [
            ("Schedule", "schedule"),
            ("On call", lambda row: _somebody(row["person"])),
            ("By", "why"),
            ("From", minute("start")),
            ("To", minute("end")),
        ],
        "no schedule is configured",
    )


@app.command("audit")
def audit(server: Server = DEFAULT_SERVER, days: Days = 7, json: Json = False) -> None:
    """Escalation steps of the last days; exit status 1 when one was missed."""
    rows = get(server, "on-call/audit", {"days": days})
    if json:
        print_json(rows)
    else:
        print_table(
            "Escalation steps",
            rows,
            [
                ("Incident", "incident_id"), ("Step", "name"), ("Outcome", "outcome"), ("Due", minute("due")), ("Ran", minute("ran")),
                ("Told", "told"), ("Why", "reason"),
            ],
            "none",
        )  # fmt: skip
    if any(row["outcome"] == "missed" for row in rows):
        raise typer.Exit(1)


def _somebody(name: str) -> str:
    return name or "nobody"
