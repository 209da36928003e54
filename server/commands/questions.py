"""supplyscope flows, queues, batches, pricing: each prints one answer of the API."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from server.commands.feeds import print_arrivals, print_outlook
from server.commands.flow_ways import NEEDS_NO_FLOW, Show, print_shown
from server.commands.options import DEFAULT_SERVER, Days, FacilityOption, Json, Limit, Server, since
from server.commands.output import print_json, print_table
from server.commands.remote import get

Flow = Annotated[str | None, typer.Option("--flow", help="One flow; all without it.")]
State = Annotated[str | None, typer.Option("--state", help="Only rows in this state.")]


def flows(
    server: Server = DEFAULT_SERVER,
    flow: Flow = None,
    state: State = None,
    facility: FacilityOption = None,
    show: Annotated[Show | None, typer.Option("--show", help="Another answer; most need --flow.")] = None,
    days: Days = 7,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Flow instances alive in the period, stuck ones first; or whose clock ran, variants, rework, activation and the like."""
    if show is not None:
        if flow is None and show not in NEEDS_NO_FLOW:
            typer.echo(f"supplyscope: --show {show} needs --flow", err=True)
            raise typer.Exit(2)
        asked = {} if show is Show.LAG else {"from": since(days), "facility": facility}
        return print_shown(server, show, asked | ({} if show in NEEDS_NO_FLOW else {"flow": flow}), json)
    answer = get(server, "flows", {"from": since(days), "flow": flow, "state": state, "facility": facility, "limit": limit})
    if json:
        return print_json(answer)
    print_table(
        "Flows",
        answer["summary"],
        [
            ("Flow", "flow"),
            ("Instances", "instances"),
            ("Completed", "completed"),
            ("In flight", "in_flight"),
            ("At risk", "at_risk"),
            ("Stuck", "stuck"),
            ("Abandoned", "abandoned"),
            ("Median", _hours("median_seconds")),
            ("p90", _hours("p90_seconds")),
        ],
        "none configured",
    )
    print_table(
        "Instances",
        answer["instances"],
        [
            ("Flow", "flow"),
            ("Key", "key"),
            ("Facility", "facility_id"),
            ("Item", "item_id"),
            ("State", "state"),
            ("Waiting for", "waiting_for"),
            ("Turn", "party"),
            ("Since", _minute("last_time")),
            ("Failure", "failure_message"),
        ],
        "none alive in the period",
    )
    return None


def queues(
    server: Server = DEFAULT_SERVER,
    pollers: Annotated[bool, typer.Option("--pollers", help="How the pollers do, instead of the queues.")] = False,
    outlook: Annotated[bool, typer.Option("--outlook", help="When each is empty, who is stuck, what is usual.")] = False,
    json: Json = False,
) -> None:
    """Latest sample of every queue, or how the pollers that ask for them do."""
    answer = get(server, "queues/pollers" if pollers else "queues/outlook" if outlook else "queues")
    if json:
        return print_json(answer)
    if outlook and not pollers:
        return print_outlook(answer)
    if pollers:
        return _print_pollers(answer)
    print_table(
        "Queues",
        answer,
        [
            ("Queue", "queue"),
            ("Depth", "depth"),
            ("Oldest", _seconds("oldest_age_seconds")),
            ("Consumers", "consumers"),
            ("Drains in", _seconds("drain_seconds")),
            ("Dead letters", "dead_letters"),
            ("Sampled", _minute("sampled")),
        ],
        "no sample yet; send some to POST /v1/queues",
    )
    return None


def _print_pollers(answer: Any) -> None:
    print_table(
        "Pollers",
        answer,
        [
            ("Poller", "poller"),
            ("Kind", "kind"),
            ("State", "health"),
            ("Last good", _minute("last_good")),
            ("Age", _seconds("age_seconds")),
            ("Failed", "failures"),
            ("Queues", "queues"),
            ("Why", "error"),
        ],
        "none configured; see docs/how-to/watch-queues.md",
    )


def batches(
    server: Server = DEFAULT_SERVER,
    status: State = None,
    arrivals: Annotated[bool, typer.Option("--arrivals", help="What was due, instead of what ran.")] = False,
    days: Days = 7,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Batch runs of the period, or the batches that were due in it."""
    given = {"from": since(days), "limit": limit}
    answer = get(server, "batches/arrivals", given) if arrivals else get(server, "batches", {**given, "status": status})
    if json:
        return print_json(answer)
    if arrivals:
        return print_arrivals(answer)
    print_table(
        "Batch runs",
        answer,
        [
            ("Job", "job"),
            ("Run", "run_id"),
            ("Status", "status"),
            ("Started", _minute("started")),
            ("Finished", _minute("finished")),
            ("Accepted", "records_accepted"),
            ("Rejected", "records_rejected"),
            ("Control total off", "control_total_off"),
            ("Message", "message"),
        ],
        "none in the period; send some to POST /v1/batches",
    )
    return None


def _hours(name: str) -> Any:
    return lambda row: None if row[name] is None else f"{row[name] / 3600:.1f} h"


def _seconds(name: str) -> Any:
    return lambda row: None if row[name] is None else f"{row[name]:.0f} s"


def _share(name: str) -> Any:
    return lambda row: None if row[name] is None else f"{row[name] * 100:.2f} %"


def _minute(name: str) -> Any:
    return lambda row: None if row[name] is None else row[name].replace("T", " ")[:16]
