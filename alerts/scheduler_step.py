"""One round of alerting: look, decide, record, send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from alerts import maintenance
from alerts.channels.channel import Channel, Outcome
from alerts.conditions import Conditions
from alerts.decisions import Decision, Kind
from alerts.incidents import Incident
from alerts.journal import Journal
from alerts.notification import Notification, compose
from alerts.outbox import Owed, due, given_up
from alerts.pipeline import Surroundings, Tally, run
from analytics.context import Context

log = structlog.get_logger("alerts")


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a round did; sent and failed count attempts."""

    opened: int
    joined: int
    resolved: int
    sent: int
    failed: int


class Alerting:
    """The one writer of incidents. `step` may be killed anywhere: the next one goes on from the record."""

    def __init__(self, context: Context, channels: Mapping[str, Channel], public_url: str) -> None:
        self._context = context
        self._channels = channels
        self._public_url = public_url
        self._journal = Journal(context)
        self._conditions = Conditions(context)
        self._tally = Tally()
        self._looked: datetime | None = None

    def step(self) -> StepResult:
        """Lease, commands, conditions, pipeline, escalation, record, outbox: in this order, each a method or a call below."""
        now = self._context.now
        try:
            incidents = self._journal.open_incidents()
            decisions = self._decide(incidents, now)
            self._record(decisions, now)
        except BaseException:
            self._journal.forget()
            raise
        self._looked = now
        sent = self._deliver()
        return StepResult(
            opened=sum(d.kind is Kind.OPENED for d in decisions),
            joined=sum(d.kind in (Kind.JOINED, Kind.RAISED) for d in decisions),
            resolved=sum(d.kind is Kind.RESOLVED for d in decisions),
            sent=sum(sent),
            failed=len(sent) - sum(sent),
        )

    def _decide(self, incidents: Sequence[Incident], now: datetime) -> tuple[Decision, ...]:
        """What the conditions open now mean for the open incidents."""
        known = {condition_id: incident.opened for incident in incidents for condition_id in incident.conditions}
        conditions = self._conditions.open(known)
        return run(conditions, incidents, self._around(now), self._journal.ended_lately())

    def _around(self, now: datetime) -> Surroundings:
        """What decisions depend on besides the alerts."""
        return Surroundings(
            self._context.configuration,
            now,
            self._looked,
            maintenance=maintenance.active(self._context.configuration, now),
            is_open=self._is_open,
            tally=self._tally,
            unanswered=self._conditions.unanswered,
        )

    def _is_open(self, calendar: str, at: datetime) -> bool:
        found = self._context.configuration.calendar(calendar)
        return found is None or maintenance.is_open(found, at)

    def _record(self, decisions: Sequence[Decision], now: datetime) -> None:
        """Decisions and the messages they owe, in one INSERT; then said in the log."""
        if decisions:
            self._journal.record([self._owed_for(decision) for decision in decisions], now)
        for decision in decisions:
            log.info(
                "incident",
                decision=decision.kind.value,
                incident=decision.incident.incident_id,
                reason=decision.reason,
                notify=decision.notify,
            )

    def _deliver(self) -> list[bool]:
        """One attempt at every message whose turn has come; whether each was accepted."""
        return [self._attempt(owed) for owed in self._journal.owed() if due(owed, self._context.now)]

    def _owed_for(self, decision: Decision) -> tuple[Decision, list[Notification]]:
        """One message per channel that exists. Where somebody should be told and cannot be, the incident says why."""
        if not decision.notify:
            return decision, []
        configuration, chosen = self._context.configuration, decision.targets
        missing = [
            f"not sent to {t.channel}: the channel's settings are missing" for t in chosen if t.channel not in self._channels
        ]
        said = replace(decision, incident=replace(decision.incident, reasons=(*decision.incident.reasons, *missing)))
        owed = [
            compose(decision, target.channel, target.recipients, self._context.now, configuration, self._public_url)
            for target in chosen
            if target.channel in self._channels
        ]
        return said, owed

    def _attempt(self, owed: Owed) -> bool:
        """One attempt, recorded before and after; whether it was accepted."""
        channel = self._channels.get(owed.notification.channel)
        if channel is None:
            return False
        attempt = owed.failures + 1
        notification = replace(owed.notification, again=owed.outcome_unknown)
        self._journal.record_start(notification, attempt, self._context.now)
        delivery = channel.send(notification)
        dead = given_up(delivery, attempt)
        self._journal.record_attempt(notification, attempt, delivery, dead, self._context.now)
        if delivery.outcome is not Outcome.SENT:
            log.warning(
                "message not delivered",
                channel=channel.id,
                incident=notification.incident_id,
                reason=delivery.detail,
                given_up=dead,
            )
        return delivery.outcome is Outcome.SENT
