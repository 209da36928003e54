"""One round of alerting: look, decide, record, send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from alerts import change_windows, maintenance, silences
from alerts.blind import Blind
from alerts.channels.channel import Channel
from alerts.commands.applying import Applied, apply
from alerts.conditions import Conditions
from alerts.decisions import Decision, Kind
from alerts.delivery.lanes import Lanes
from alerts.delivery.messages import owed_by
from alerts.delivery.outbox import Outbox
from alerts.journal import Journal
from alerts.lease import Lease, LeaseLost
from alerts.notification import Notification
from alerts.on_call import overrides
from alerts.on_call.links import Signer
from alerts.pipeline import Surroundings, Tally, run
from alerts.reasons import DecisionCounts
from analytics.context import Context
from store.errors import StoreUnavailable

log = structlog.get_logger("alerts")


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a round did; sent and failed count attempts, 0 where sending goes on in the background."""

    opened: int
    joined: int
    resolved: int
    sent: int
    failed: int


class Alerting:
    """The one writer of incidents. `step` may be killed anywhere: the next one goes on from the record."""

    def __init__(
        self,
        context: Context,
        channels: Mapping[str, Channel],
        public_url: str,
        lanes: Lanes | None = None,
        *,
        background: bool = False,
        lease: Lease | None = None,
        signer: Signer | None = None,
        blind: Blind | None = None,
    ) -> None:
        self._context = context
        self._channels = channels
        self._public_url = public_url
        self._journal = Journal(context)
        self._outbox = Outbox(context, channels, lanes)
        self._background = background
        self._conditions = Conditions(context)
        self._tally = Tally()
        self._looked: datetime | None = None
        self._lease = lease
        self._blind = blind or Blind(None)
        self._signer = signer
        self.counts = DecisionCounts()

    @property
    def looked(self) -> datetime | None:
        """When the last round that went well began; None before the first."""
        return self._looked

    def step(self) -> StepResult:
        """Lease, commands, conditions, pipeline, escalation, record, outbox: in this order, each a method or a call below."""
        now = self._context.now
        try:
            self._hold()
            applied = apply(self._context, self._journal.open_incidents(), self._journal.ended_lately(), now)
            decisions = (*applied.decisions, *self._decide(applied, now))
            self._hold_still()
            self._record(decisions, self._context.now, applied.rows)
        except StoreUnavailable:
            self._journal.forget()
            self._blind.away(self._context, self._channels)
            raise
        except BaseException:
            self._journal.forget()
            raise
        self._blind.back(self._context, self._channels, self._journal.epoch)
        self._looked = now
        sent = self._deliver()
        return StepResult(
            opened=sum(d.kind is Kind.OPENED for d in decisions),
            joined=sum(d.kind in (Kind.JOINED, Kind.RAISED) for d in decisions),
            resolved=sum(d.kind is Kind.RESOLVED for d in decisions),
            sent=sum(sent),
            failed=len(sent) - sum(sent),
        )

    def _hold(self) -> None:
        """Only who holds the lease decides; another epoch means that another scheduler may have written meanwhile."""
        epoch = self._lease.hold() if self._lease else 0
        if epoch != self._journal.epoch:
            self._journal.forget()
            self._journal.epoch = epoch
            self._outbox.decided_in(epoch)

    def _hold_still(self) -> None:
        """A round that took longer than the lease was decided on what another scheduler may have changed: it is given up."""
        began = self._journal.epoch
        self._hold()
        if self._journal.epoch != began:
            raise LeaseLost(began, self._journal.epoch)

    def _decide(self, applied: Applied, now: datetime) -> tuple[Decision, ...]:
        """What the conditions open now mean for the open incidents, as commands have left them."""
        known = {condition_id: incident.opened for incident in applied.incidents for condition_id in incident.conditions}
        conditions = self._conditions.open(known)
        return run(conditions, applied.incidents, self._around(now), applied.ended)

    def _around(self, now: datetime) -> Surroundings:
        """What decisions depend on besides the alerts."""
        return Surroundings(
            overrides.effective(self._context),
            now,
            self._looked,
            silences=silences.active(self._context, now),
            maintenance=(*maintenance.active(self._context.configuration, now), *change_windows.active(self._context)),
            is_open=self._is_open,
            tally=self._tally,
            unanswered=self._conditions.unanswered,
        )

    def _is_open(self, calendar: str, at: datetime) -> bool:
        found = self._context.configuration.calendar(calendar)
        return found is None or maintenance.is_open(found, at)

    def _record(self, decisions: Sequence[Decision], now: datetime, of_commands: Sequence[dict[str, Any]] = ()) -> None:
        """Decisions, the messages they owe and what became of commands, in one INSERT; then said in the log."""
        if decisions or of_commands:
            self._journal.record([self._owed_for(decision) for decision in decisions], now, of_commands)
        for decision in decisions:
            self.counts.add(decision)
            log.info(
                "incident",
                decision=decision.kind.value,
                incident=decision.incident.incident_id,
                reason=decision.reason,
                notify=decision.notify,
            )

    def _deliver(self) -> list[bool]:
        """Messages whose turn has come: in the background, or one attempt at each; whether each was accepted."""
        if self._background:
            self._outbox.kick()
            return []
        return self._outbox.deliver()

    def deliver(self) -> None:
        """Go on with what is owed, in the background: retries, and what a channel's rate held back. Not while another scheduler does."""
        if (self._lease is None or self._lease.epoch) and not self._outbox.idle:
            self._outbox.kick()

    def _owed_for(self, decision: Decision) -> tuple[Decision, list[Notification]]:
        return owed_by(decision, self._channels, self._context, self._public_url, self._signer)
