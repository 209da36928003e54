"""The weekly report as HTML."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analytics import words
from analytics.sla.rows import SlaState
from domain.configuration import Configuration
from domain.landscape import Party
from reports.weekly import WeeklyReport

# Word and shape with every colour: nothing is told by colour alone.
_STATES = {
    SlaState.MET: ("✓", "met", "#006B4B"),
    SlaState.AT_RISK: ("!", "at risk", "#8A5700"),
    SlaState.BREACHED: ("✕", "missed", "#A33608"),
    SlaState.NO_DATA: ("–", "no data", "#59626D"),
}
_PARTIES = {Party.US: "ours", Party.GPO: "GPO", Party.SUPPLIER: "supplier", Party.GATEWAY: "gateway", Party.FACILITY: "facility"}
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def html(report: WeeklyReport) -> str:
    """One self-contained page: no script, no remote reference, tables that mail clients show."""
    zone = ZoneInfo(report.zone)
    helpers = {
        "state": lambda state: _STATES[state],
        "percent": lambda share, target=None: "no data" if share is None else words.percent(share, target).replace("-", "−"),
        "duration": lambda seconds: "–" if seconds is None else words.duration(seconds),
        "money": words.money,
        "when": lambda at: "–" if at is None else words.when(at, report.zone),
        "day": lambda at: f"{at.astimezone(zone):%b} {at.astimezone(zone).day}",
        "owner": lambda owner: _name(owner, report.configuration),
        "breach": lambda breach: words.breach_sentence(breach, report.configuration),
        "failure": lambda group: words.failure_sentence(group, report.configuration),
        "points": _points,
        "share_of": lambda part, whole: part / whole if whole else None,
        "milestone": lambda flow, step: _milestone(flow, step, report.configuration),
        "link": lambda key: f"{report.configuration.organisation.public_url.rstrip('/')}/investigate?q={_quoted(key)}",
        "span": _span,
        "party": lambda party: _PARTIES.get(party, party),
        "remedy": lambda failure_class: _remedy(failure_class, report.configuration),
    }
    return _ENVIRONMENT.get_template("weekly.html.jinja").render(report=report, **helpers)


def _points(now: float | None, before: float | None) -> str:
    """A difference of shares in percentage points, with its sign; what it compares with is said in the table's head."""
    if now is None or before is None:
        return "–"
    difference = (now - before) * 100
    return "±0 pt" if abs(difference) < 0.05 else f"{'+' if difference > 0 else '−'}{abs(difference):.1f} pt"


def _span(start: datetime, end: datetime, zone: str) -> str:
    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    return f"{first:%A} {first:%b} {first.day}, {first:%Y} {first:%H:%M} to {last:%A} {last:%b} {last.day}, {last:%Y} {last:%H:%M} ({zone})"


def _name(owner: str, configuration: Configuration) -> str:
    person = configuration.person(owner)
    return person.name if person else owner or "nobody named"


def _remedy(failure_class: str, configuration: Configuration) -> str:
    configured = configuration.failure_class(failure_class)
    return configured.remedy if configured else ""


def _milestone(flow: str, step: str, configuration: Configuration) -> str:
    configured = configuration.flow(flow)
    return next((m.name for m in configured.milestones if m.id == step), step) if configured else step


def _quoted(key: str) -> str:
    return quote(key, safe="")
