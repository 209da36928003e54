"""The weekly report: one week for one audience, from the functions the pages ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from analytics import activity, flows
from analytics.words import money
from domain.interval import Interval
from domain.reports import AudienceKind
from reports.audiences import Audience
from reports.document import Report
from reports.sections import actions, activation, breaches, failing, feeding, service_levels
from reports.sections import money as paying
from reports.sections.asking import BEFORE, YEAR, Answers, Asked, Part, Values
from reports.weeks import IsoWeek


class Built(Protocol):
    """A part of the report."""

    def build(self, asked: Asked) -> Part: ...


class Measured(Protocol):
    """A part whose figures are compared with other weeks'."""

    def measure(self, answers: Answers, interval: Interval, audience: Audience) -> Values: ...


# The parts in the order most readers want them; `_FIRST` puts what an audience came for on top.
_PARTS: dict[str, Built] = {
    "slas": service_levels,
    "breaches": breaches,
    "activation": activation,
    "failures": failing,
    "money": paying,
    "feeds": feeding,
    "actions": actions,
}
_MEASURED: tuple[Measured, ...] = (service_levels, breaches, activation, failing, feeding)
_FIRST: Mapping[AudienceKind, tuple[str, ...]] = {
    AudienceKind.PROCUREMENT: ("activation", "slas", "breaches", "money"),
    AudienceKind.FINANCE: ("money", "slas", "breaches", "feeds"),
    AudienceKind.IT: ("slas", "breaches", "failures", "feeds"),
    AudienceKind.SUPPLIER: ("slas", "breaches", "activation", "money"),
}
_GENERAL = (
    "Every total names the list it is made of; the workbook holds the whole list and counts the total again with a formula.",
    "All figures are as known at the data watermark: evidence of the week received later is in the next edition, which lists each changed figure with its cause.",
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far building has come: step `done` of `of` begins with `doing`."""

    done: int
    of: int
    doing: str


def build(answers: Answers, audience: Audience, week: IsoWeek, tell: Callable[[Progress], None] = lambda _: None) -> Report:
    """The report of `week` as a draft, as known when `answers` began. The week is the organisation's, whoever reads."""
    narrowed = answers.narrowed(audience.facility or None)
    zone = answers.configuration.organisation.time_zone
    backs = (0, *reversed(BEFORE), YEAR)
    steps = len(backs) + len(_PARTS)
    history: dict[int, Values] = {}
    for done, back in enumerate(backs):
        past = week.back(back)
        tell(Progress(done, steps, f"Measuring {past}" if back else f"Measuring the week {past}"))
        history[back] = _measured(narrowed, past.interval(zone), audience, back == 0)
    asked = Asked(narrowed, audience, week, week.interval(zone), history)
    history[0] |= paying.measure(narrowed, asked.interval, audience) | actions.count(asked)
    _money_before(narrowed, week, zone, audience, history)
    parts = {}
    for done, name in enumerate(_PARTS):
        tell(Progress(len(backs) + done, steps, f"Listing {name}"))
        parts[name] = _PARTS[name].build(asked)
    tell(Progress(steps, steps, "Built"))
    return _report(asked, parts)


def _money_before(answers: Answers, week: IsoWeek, zone: str, audience: Audience, history: dict[int, Values]) -> None:
    """The weeks before at once; a week in which Supplyscope saw nothing has no money either."""
    for backs in (BEFORE, (YEAR,)):
        if any(history[back] for back in backs):
            measured = paying.measure_past(answers, [week.back(back).interval(zone) for back in backs], audience)
            for back, values in zip(backs, measured, strict=True):
                history[back] |= values if history[back] else {}


def _measured(answers: Answers, interval: Interval, audience: Audience, always: bool) -> Values:
    """All figures of an interval; none for a past week in which Supplyscope saw nothing: no data is not zero."""
    if not always and not answers.ask(activity.sight, interval).coverage:
        return {}
    values: Values = {}
    for part in _MEASURED:
        values |= part.measure(answers, interval, audience)
    return values


def _report(asked: Asked, parts: Mapping[str, Part]) -> Report:
    configuration, context = asked.configuration, asked.context
    sight = asked.answers.ask(activity.sight, asked.interval)
    ordered = [parts[name] for name in _order(asked.kind)]
    return Report(
        audience=asked.audience.id,
        kind=asked.kind.value,
        name=asked.audience.name,
        week=str(asked.week),
        start=asked.interval.start,
        end=asked.interval.end,
        organisation=configuration.organisation.name,
        zone=asked.audience.zone,
        currency=configuration.organisation.currency,
        public_url=configuration.organisation.public_url.rstrip("/"),
        made=context.now,
        watermark=min((context.now, *(lag.complete_to for lag in flows.lag(context) if lag.complete_to is not None))),
        data_up_to=sight.data_up_to,
        coverage=sight.coverage,
        configuration=configuration.fingerprint,
        headline=headline(asked),
        figures=tuple(figure for part in ordered for figure in part.figures),
        sections=tuple(part.section for part in ordered if part.section is not None),
        listings=tuple(listing for part in ordered for listing in part.listings),
        rules=(*_GENERAL, *(rule for part in ordered if part.section is not None for rule in part.rules)),
    )


def _order(kind: AudienceKind) -> tuple[str, ...]:
    """Actions stand first of all: they are what a reader can do something about."""
    first = _FIRST.get(kind, ())
    rest = tuple(name for name in _PARTS if name not in (*first, "actions"))
    return (*first, *rest, "actions")


def headline(asked: Asked) -> str:
    """The week in one sentence or two: promises first, then money."""
    met, missed = int(asked.value("slas_met") or 0), int(asked.value("slas_missed") or 0)
    subject = {AudienceKind.SUPPLIER: f" for {asked.audience.supplier}", AudienceKind.FACILITY: f" at {asked.audience.facility}"}
    where = subject.get(asked.kind, "")
    if not met + missed:
        said = f"No SLA has data{where} this week."
    elif missed:
        worst = next(row for row in service_levels.statuses(asked.answers, asked.interval, asked.audience))
        said = f"{missed} of {met + missed} SLAs missed{where}, first of all “{worst.name}”."
    else:
        said = f"All {met} SLAs with data met{where}."
    home = asked.configuration.organisation.currency
    paid = Decimal(str(asked.value(f"overpaid.{home}") or 0))
    return f"{said} {money(paid, home)} paid above contract." if paid and not asked.audience.party else said
