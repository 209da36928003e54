"""supplyscope on-call"""

from __future__ import annotations

from typing import Annotated

import typer

from server.commands import asking
from server.commands.failures import minute
from server.commands.moments import moment
from server.commands.options import DEFAULT_SERVER, Days, Json, Server
from server.commands.output import print_json, print_table
from server.commands.remote import get, post

app = typer.Typer(
    no_args_is_help=True, help="Who is on call now and next, the shifts ahead, who takes over, and whether every step ran."
)


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


@app.command("override")
def override(
    schedule: Annotated[str, typer.Argument(help="A schedule of the configuration.")],
    by: asking.By,
    person: Annotated[str, typer.Option("--person", help="Who takes over: an id of people.")],
    until: Annotated[str, typer.Option("--until", help="2026-12-27T09:00:00-06:00; or say --hours.")] = "",
    start: Annotated[str, typer.Option("--from", help="Like --until; at once without it.")] = "",
    hours: Annotated[float, typer.Option("--hours", min=0.01, help="For how long from now, where --until is not given.")] = 12,
    instead_of: Annotated[str, typer.Option("--instead-of", help="Only while this person would be on call: a swap.")] = "",
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """Somebody takes over a schedule for a while; exit status 2 when it is refused."""
    body = {
        "by": by, "schedule": schedule, "person": person, "instead_of": instead_of,
        "start": moment("--from", start).isoformat() if start else None,
        "end": moment("--until", until).isoformat() if until else asking.after(hours),
    }  # fmt: skip
    asking.wait(server, post(server, "on-call/overrides", body | asking.request()), json, "Overrides")


@app.command("overrides")
def overrides(
    server: Server = DEFAULT_SERVER,
    ended: Annotated[bool, typer.Option("--ended", help="Those that are over as well.")] = False,
    json: Json = False,
) -> None:
    """Overrides asked for that last or will begin; those of the configuration are not among them."""
    rows = get(server, "on-call/overrides", {"ended": ended})
    if json:
        print_json(rows)
        return
    flat = [row["override"] | {"state": row["state"]} for row in rows]
    columns = [
        ("Id", "override_id"), ("State", "state"), ("Schedule", "schedule"), ("Person", "person"), ("Instead of", "instead_of"),
        ("From", minute("start")), ("To", minute("end")), ("By", "by"),
    ]  # fmt: skip
    print_table("Overrides", flat, columns, "none")


@app.command("end-override")
def end_override(
    override_id: Annotated[str, typer.Argument(help="Id of an override.")],
    by: asking.By,
    server: Server = DEFAULT_SERVER,
    json: Json = False,
) -> None:
    """End an override early."""
    asking.wait(server, post(server, f"on-call/overrides/{override_id}/end", {"by": by} | asking.request()), json, "Overrides")


def _somebody(name: str) -> str:
    return name or "nobody"
