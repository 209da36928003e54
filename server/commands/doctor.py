"""supplyscope doctor"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import typer

from server.commands.options import DEFAULT_SERVER, Json, Server, since
from server.commands.output import print_json, print_table
from server.commands.remote import get


def doctor(server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """What is not right with the installation and its sources, each with a remedy. Exit 1 when something is not."""
    interfaces = get(server, "interfaces", {"from": since(1)})
    findings = (
        _silent(interfaces)
        + _unregistered(interfaces)
        + _sampled(interfaces)
        + _questionable(get(server, "flows/questionable-times"))
        + _kept(get(server, "intake/kept"))
        + _jobs(get(server, "jobs"))
    )
    if json:
        print_json({"checked": datetime.now(UTC).isoformat(), "findings": findings})
    else:
        print_table(
            "Findings",
            findings,
            [("What", "what"), ("Value", "value"), ("Remedy", "remedy")],
            "none; every interface is registered and heard",
        )
    if findings:
        raise typer.Exit(1)


def _silent(interfaces: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "what": f"Interface {i['interface_id']} was not heard for a day",
            "value": "no span",
            "remedy": "Check its exporter and the interface.id attribute.",
        }
        for i in interfaces
        if i["registered"] and i["spans"] == 0
    ]


def _unregistered(interfaces: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "what": "An interface sends but is not registered",
            "value": i["interface_id"] or "(no interface.id)",
            "remedy": "Add it to interfaces in the configuration, or correct its interface.id.",
        }
        for i in interfaces
        if not i["registered"]
    ]


def _sampled(interfaces: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "what": f"Spans of {i['interface_id'] or '(no interface.id)'} are sampled: its figures are estimates, and what is missing cannot be told",
            "value": "tracestate ot=",
            "remedy": "Exempt business spans from sampling: an always_on sampler, or a tail-sampling policy that keeps spans with interface.id.",
        }
        for i in interfaces
        if i.get("sampled")
    ]


def _questionable(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "what": f"{r['flow']} {r['key']} {r['milestone']} has an impossible time",
            "value": r["time"],
            "remedy": f"Correct it at its source ({r['source']} {r['source_id']}).",
        }
        for r in rows
    ]


def _kept(kept: dict[str, Any]) -> list[dict[str, str]]:
    """A key that lies in the data folder is told only where telemetry waits: on loopback and empty it harms nobody."""
    findings = [
        {
            "what": f"A {one['kind']} request could not be stored and was set aside ({one['records']} records)",
            "value": one["why"],
            "remedy": f"Correct its sender; it lies sealed in quarantine/{one['file']}.",
        }
        for one in kept["set_aside"]
    ]
    findings += [
        {
            "what": "A spooled batch cannot be read",
            "value": name,
            "remedy": "Put its key back into SUPPLYSCOPE_SPOOL_KEY, behind the newest.",
        }
        for name in kept["unreadable"]
    ]
    if kept["waiting_batches"]:
        findings.append(
            {
                "what": f"{kept['waiting_records']} acknowledged records wait on disk for the store",
                "value": f"{kept['waiting_bytes']} of {kept['bytes_limit']} bytes, since {kept['oldest']}, key {kept['key']}",
                "remedy": "Check that ClickHouse runs, has room and accepts the password; keep the key outside the data folder.",
            }
        )
    return findings


def _jobs(jobs: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "what": f'The job "{run["job"]}" of {run["process"]} {"fails" if run["last_error"] else "has not finished for long"}',
            "value": run["last_error"] or f"last finished {run['last_finished'] or 'never'}",
            "remedy": "Read the server's log; it is tried again at its next turn.",
        }
        for run in jobs["runs"]
        if not run["silent"] and (run["last_error"] or run["late"])
    ]
