"""Links of mails: GET shows what one does, POST asks for it. The link itself is the permission: no password."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts import commands, record
from alerts.commands import Action, Command, Source
from alerts.on_call import links
from alerts.on_call.links import LinkRefused, Purpose
from analytics.context import Context
from server.runtime import Runtime

router = APIRouter(prefix="/links", include_in_schema=False)
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
# Nothing runs in the page, nobody frames it, and its address goes nowhere else.
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}
_DONE = {Action.ACKNOWLEDGE: "Acknowledge", Action.SNOOZE: "Snooze for an hour"}


@router.get("/{token}")
@router.head("/{token}")
def show(request: Request, token: str) -> HTMLResponse:
    """What the link does, with a button. Changes nothing, however often it is opened."""
    runtime = _runtime(request)
    try:
        purpose = runtime.link_signer.purpose(token, runtime.context.now)
    except LinkRefused as error:
        return _page(403, "This link does nothing", f"{error}.")
    words = _DONE[purpose.action]
    text = f"{_title(runtime.context, purpose)} You act as {_name(runtime.context, purpose)}."
    return _page(200, f"{words}?", text, words, _address(runtime.context, purpose))


@router.post("/{token}")
def act(request: Request, token: str) -> HTMLResponse:
    """Ask the scheduler for it. Pressed twice it counts once."""
    runtime = _runtime(request)
    context = runtime.context
    try:
        purpose = runtime.link_signer.purpose(token, context.now)
    except LinkRefused as error:
        return _page(403, "This link does nothing", f"{error}.")
    until = context.now + links.SNOOZE if purpose.action is Action.SNOOZE else None
    asked = Command(
        purpose.action, purpose.person, purpose.incident_id, until=until, source=Source.LINK, command_id=links.command_id(token)
    )
    done = next(iter(commands.outcomes(context, [asked.command_id])), None)
    if done is None:
        commands.append(context, asked)
    heading, text = _told(done, purpose, context)
    return _page(200 if done else 202, heading, text, incident=_address(context, purpose))


def _told(done: commands.Outcome | None, purpose: Purpose, context: Context) -> tuple[str, str]:
    if done is None:
        return "Asked", f"{_title(context, purpose)} It is decided within seconds; the incident's page says what became of it."
    if done.outcome == "refused":
        return "Refused", f"{done.reason}."
    return ("Done", f"{done.said or 'Accepted'}.") if done.outcome == "accepted" else ("Asked", "It is decided within seconds.")


def _title(context: Context, purpose: Purpose) -> str:
    """The incident's own words; without it its number, since it may be older than what the record lists."""
    found = next((i for i in record.incidents(context, limit=5_000) if i.incident_id == purpose.incident_id), None)
    return found.title if found else f"Incident {purpose.incident_id}."


def _name(context: Context, purpose: Purpose) -> str:
    person = context.configuration.person(purpose.person)
    return person.name if person else purpose.person


def _address(context: Context, purpose: Purpose) -> str:
    base = context.configuration.organisation.public_url.rstrip("/")
    return f"{base}/incidents?incident={quote(purpose.incident_id, safe='')}"


def _page(status: int, heading: str, text: str, button: str = "", incident: str = "") -> HTMLResponse:
    html = _TEMPLATES.get_template("link.html.jinja").render(heading=heading, text=text, button=button, incident=incident)
    return HTMLResponse(html, status, headers=_HEADERS)


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime
