"""What the scheduler does about reports: commands, the schedule, and the mails that are owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from alerts.channels.channel import Channel, Outcome
from alerts.channels.email import EmailChannel
from alerts.delivery.rules import wait_after
from analytics.context import Context
from domain.reports import AudienceKind
from reports import building, record, schedule
from reports.audiences import Audience, NoSuchAudience, audiences, configured, find, with_suppliers
from reports.changes import changes
from reports.document import Report
from reports.formats import files
from reports.late import late_since
from reports.mail import compose
from reports.record import Command, EditionRow, Mailing
from reports.sections.asking import Answers
from reports.weeks import IsoWeek

log = structlog.get_logger("reports")
SCHEDULED = "schedule"
# A weekly report is still worth having after two days; then somebody should know that it never came.
_GIVEN_UP_AFTER = timedelta(days=2)
_REST_AFTER_ERROR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a round did; sent and failed count attempts."""

    editions: int
    sent: int
    failed: int


class Issuing:
    """The one writer of editions. `step` may be killed anywhere: the next one goes on from the record."""

    def __init__(self, context: Context, channels: Mapping[str, Channel]) -> None:
        self._context = context
        self._channels = channels
        self._complete: set[tuple[str, str]] = set()
        self._resting: dict[str, datetime] = {}
        self._suppliers: dict[tuple[str, str], tuple[Audience, ...]] = {}

    def step(self) -> StepResult:
        """Answer commands, make what the schedule asks for, send what is owed."""
        made = sum(self._carry_out(command) for command in record.pending(self._context.store))
        made += self._scheduled()
        owed = record.mailings(self._context.store, owed_only=True)
        tried = [self._attempt(one) for one in owed if _due(one, self._context.now) and one.channel in self._channels]
        return StepResult(made, sum(tried), len(tried) - sum(tried))

    def _carry_out(self, command: Command) -> int:
        """Editions made. What cannot be done is refused with the reason, never left pending."""
        store, now = self._context.store, self._context.now
        try:
            audience, week = find(self._context.configuration, command.audience), IsoWeek.parse(command.week)
            to = command.to or addresses(audience, self._context)
            if command.send:
                _expect_mail(to, channel_of(audience, self._context), audience)
            if command.edition:
                self._send_stored(command, audience, to)
                return 0
        except (NoSuchAudience, ValueError) as error:
            record.refuse(store, command, str(error), now)
            return 0
        self._issue(Answers(self._context), audience, week, command.actor, to if command.send else (), command.command_id)
        return 1

    def _send_stored(self, command: Command, audience: Audience, to: Sequence[str]) -> None:
        found = record.edition(self._context.store, audience.id, command.week, command.edition)
        if found is None:
            raise ValueError(
                f"{audience.id} has no edition {command.edition} of {command.week}; list them with: supplyscope report list"
            )
        channel = channel_of(audience, self._context)
        mail = record.mailing(found.report, channel, to, _attached(audience), self._context.now, again=command.command_id)
        record.owe(self._context.store, [mail], self._context.now, command.command_id)

    def _scheduled(self) -> int:
        """Editions made. An audience that cannot be built rests and does not hold up the others."""
        answers, made = Answers(self._context), 0
        for audience, week in self._due():
            if self._resting.get(audience.id, self._context.now) > self._context.now:
                continue
            try:
                self._issue(answers, audience, week, SCHEDULED, addresses(audience, self._context))
                made += 1
            except Exception as error:  # The others' reports must still go out; the job tells of it and tries again.
                self._resting[audience.id] = self._context.now + _REST_AFTER_ERROR
                log.error("report not made", audience=audience.id, week=str(week), reason=f"{type(error).__name__}: {error}")
        return made

    def _due(self) -> list[tuple[Audience, IsoWeek]]:
        found: list[tuple[Audience, IsoWeek]] = []
        for audience in self._readers():
            week = schedule.due_week(audience, self._context.now)
            if week is None or (audience.id, str(week)) in self._complete:
                continue
            stored = record.editions(self._context.store, audience.id, str(week))
            if any(edition.reason == SCHEDULED for edition in stored):
                self._complete.add((audience.id, str(week)))
            else:
                found.append((audience, week))
        return found

    def _readers(self) -> tuple[Audience, ...]:
        """Audiences with somebody to send to; suppliers that are not named are looked for once a week."""
        known = [audience for audience in audiences(self._context.configuration) if audience.settings.to]
        for entry in configured(self._context.configuration):
            if entry.audience is not AudienceKind.SUPPLIER or entry.supplier or not entry.to:
                continue
            zone = entry.time_zone or self._context.configuration.organisation.time_zone
            week = IsoWeek.before(self._context.now, zone)
            if (entry.id, str(week)) not in self._suppliers:
                seen = with_suppliers(self._context, week.interval(self._context.configuration.organisation.time_zone))
                self._suppliers[entry.id, str(week)] = tuple(audience for audience in seen if audience.settings is entry)
            known += self._suppliers[entry.id, str(week)]
        return tuple(known)

    def _issue(
        self, answers: Answers, audience: Audience, week: IsoWeek, reason: str, to: Sequence[str], command_id: str = ""
    ) -> None:
        store, now = self._context.store, self._context.now
        report = next_edition(answers, audience, week)
        digests = {form: files.digest(files.render(report, form)) for form in files.RENDER}
        channel = channel_of(audience, self._context)
        owed = [record.mailing(report, channel, to, _attached(audience), now, command_id)] if to and channel else []
        record.store_edition(store, report, digests, reason, owed, now, command_id)
        log.info("edition", report=report.report_id, reason=reason, mails=len(owed), changes=len(report.changes))

    def _attempt(self, owed: Mailing) -> bool:
        """One attempt, recorded before and after; whether it was accepted."""
        store, now = self._context.store, self._context.now
        channel = self._channels[owed.channel]
        found = record.edition(store, owed.audience, owed.week, owed.edition)
        attempt = owed.attempts + 1
        if found is None or not isinstance(channel, EmailChannel):
            record.tell(store, owed, "dead", attempt, "the edition or its mail channel does not exist any more", now)
            return False
        record.tell(store, owed, "attempt", attempt, "", now)
        delivery = channel.deliver(compose(found.report, owed, channel.sender))
        if delivery.outcome is Outcome.SENT:
            record.tell(store, owed, "sent", attempt, delivery.detail, self._context.now)
            return True
        dead = delivery.outcome is Outcome.REFUSED or now - owed.decided > _GIVEN_UP_AFTER
        unknown = record.UNKNOWN if delivery.outcome is Outcome.UNKNOWN else ""
        record.tell(store, owed, "dead" if dead else "failed", attempt, unknown + delivery.detail, self._context.now)
        log.warning("report not delivered", audience=owed.audience, week=owed.week, reason=delivery.detail, given_up=dead)
        return False


def next_edition(answers: Answers, audience: Audience, week: IsoWeek) -> Report:
    """The week anew, numbered after the last edition, with every figure that changed since."""
    draft = building.build(answers, audience, week)
    last: EditionRow | None = next(iter(record.editions(answers.context.store, audience.id, str(week), limit=1)), None)
    held = record.edition(answers.context.store, audience.id, str(week), last.edition) if last else None
    if held is None:
        return draft.as_edition(1, (), "")
    late = late_since(answers, audience, week, held.report)
    return draft.as_edition(
        held.report.edition + 1, changes(held.report, draft, late), f"edition {held.report.edition} ({held.report.report_id})"
    )


def addresses(audience: Audience, context: Context) -> tuple[str, ...]:
    """Mail addresses of its people, each once; who has none is left out."""
    people = (context.configuration.person(id) for id in audience.settings.to)
    return tuple(dict.fromkeys(person.email for person in people if person is not None and person.email))


def channel_of(audience: Audience, context: Context) -> str:
    """The mail channel it goes through; '' when none is configured."""
    mail = [channel.id for channel in context.configuration.channels if channel.kind == "email"]
    return audience.settings.channel or next(iter(mail), "")


def _expect_mail(to: Sequence[str], channel: str, audience: Audience) -> None:
    if not channel:
        raise ValueError("No mail channel is configured: add one of kind email under channels")
    if not to:
        raise ValueError(
            f'Nobody to send to: give "{audience.settings.id}" people with an e-mail address under "to", or name addresses'
        )


def _attached(audience: Audience) -> tuple[str, ...]:
    return tuple(form.value for form in audience.settings.attach)


def _due(owed: Mailing, now: datetime) -> bool:
    """At once at first and after a crash, then with the waits of every message."""
    return owed.attempts == 0 or now >= owed.last_attempt + wait_after(max(owed.failures, 1), owed.delivery_id)
