"""The outbox: every message owed is sent, each channel in a lane of its own, so that a slow receiver holds nobody else up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from alerts.channels.channel import Channel, Delivery, Outcome, attempted
from alerts.delivery.elsewhere import told_elsewhere
from alerts.delivery.lanes import Lane, Lanes
from alerts.delivery.record import DeliveryRecord
from alerts.delivery.rules import Owed, alarms, given_up, in_turn
from analytics.context import Context

log = structlog.get_logger("alerts")
_WITHOUT_CHANNEL = timedelta(minutes=10)
_AT_A_TIME = 20
# Who records a message kicks at once: in between, a record that owed nothing is not asked every second.
_NOTHING_OWED_HOLDS = timedelta(seconds=5)


class Outbox:
    """`deliver` sends and waits, `kick` sends in the background. Both may be called at any time, from any thread.

    Intent, attempt and outcome are recorded one after the other around each send. A lane has one message under way at a time, so a
    crash leaves at most one unknown outcome a channel.
    """

    def __init__(self, context: Context, channels: Mapping[str, Channel], lanes: Lanes | None = None) -> None:
        self._context = context
        self._channels = channels
        self._lanes = lanes or Lanes()
        self._record = DeliveryRecord(context)
        self._nothing_owed: datetime | None = None

    def decided_in(self, epoch: int) -> None:
        """The scheduler's epoch, which every event carries."""
        self._record.epoch = epoch

    def deliver(self) -> list[bool]:
        """One attempt at every message whose turn has come; whether each was accepted."""
        waiting = [self._submitted(channel) for channel in self._with_work()]
        wait(waiting)
        return [accepted for future in waiting for accepted in future.result()]

    def kick(self) -> None:
        """Begin with what is due and come back at once; a lane that is still busy goes on by itself."""
        for channel in self._with_work():
            if not self._lanes.of(channel.id).busy:
                self._submitted(channel).add_done_callback(_complain)

    @property
    def idle(self) -> bool:
        """Nothing was owed at a look moments ago; only who has just recorded a message knows better."""
        seen = self._nothing_owed
        return seen is not None and timedelta(0) <= self._context.now - seen < _NOTHING_OWED_HOLDS

    def _submitted(self, channel: Channel) -> Future[list[bool]]:
        return self._lanes.submit(lambda: self._drain(channel))

    def _with_work(self) -> list[Channel]:
        """Channels with something due; messages of a channel that is no more are given up after a while."""
        owed, now = self._record.owed(), self._context.now
        unrecorded = self._lanes.unrecorded()
        self._nothing_owed = None if owed or unrecorded else now
        found = {one.notification.channel for one in owed if one.due(now)} | unrecorded
        for one in owed:
            orphan = one.notification.channel not in self._channels
            if orphan and now - one.notification.decided >= _WITHOUT_CHANNEL:
                self._settle(
                    one, Delivery(Outcome.REFUSED, "the channel is not configured any more, or its settings are missing")
                )
        return [channel for id, channel in self._channels.items() if id in found]

    def _drain(self, channel: Channel) -> list[bool]:
        """Send what may go, looking again at the record after some messages: a more urgent one may have come."""
        lane = self._lanes.of(channel.id)
        with lane.lock:
            self._record_leftovers(lane)
            done: list[bool] = []
            tried: set[str] = set()
            while not self._lanes.closed:
                turn = [
                    o
                    for o in in_turn(self._record.owed(channel.id), self._context.now)
                    if o.notification.notification_id not in tried
                ]
                for owed in turn[:_AT_A_TIME]:
                    if not lane.may_send(channel.terms, self._context.now):
                        return done
                    tried.add(owed.notification.notification_id)
                    done.append(self._attempt(channel, lane, owed))
                if not turn:
                    return done
            return done

    def _attempt(self, channel: Channel, lane: Lane, owed: Owed) -> bool:
        """One attempt, recorded before and after; whether it was accepted."""
        attempt = owed.attempts + 1
        reference = owed.notification.reference or self._record.reference(owed.notification)
        notification = replace(owed.notification, again=owed.doubtful, reference=reference)
        self._record.begin(owed.notification, attempt)
        begun = replace(owed, attempts=attempt, first=owed.first or self._context.now)
        delivery = _sent(channel, notification)
        lane.learn(delivery, self._context.now)
        rows = self._rows(begun, delivery)
        lane.unrecorded.extend(rows)  # the store may be away now: what is known must not be sent again
        self._record_leftovers(lane)
        return delivery.outcome is Outcome.SENT

    def _record_leftovers(self, lane: Lane) -> None:
        if lane.unrecorded:
            self._record.end(lane.unrecorded)
            lane.unrecorded.clear()

    def _settle(self, owed: Owed, delivery: Delivery) -> None:
        self._record.end(self._rows(owed, delivery))

    def _rows(self, owed: Owed, delivery: Delivery) -> list[dict[str, Any]]:
        """What came of it, with the messages owed elsewhere when it could not be delivered."""
        channel, now = self._channels.get(owed.notification.channel), self._context.now
        dead = given_up(owed, delivery, now, channel.terms) if channel else True
        alarmed = alarms(owed, delivery, now, channel.terms) if channel else not owed.alarmed
        elsewhere = told_elsewhere(owed.notification, delivery.detail, self._channels, now) if alarmed else ()
        _say(owed, delivery, dead, alarmed, elsewhere)
        return self._record.ended(owed.notification, owed.attempts, delivery, dead=dead, elsewhere=elsewhere, alarmed=alarmed)


def _sent(channel: Channel, notification: Any) -> Delivery:
    try:
        return channel.send(notification)
    except Exception as error:  # A channel must not raise; one that does leaves the outcome unknown.
        return attempted(error, channel.id)


def _complain(done: Future[list[bool]]) -> None:
    """A lane that broke off in the background is begun again at the next kick; why is said here."""
    if error := done.exception():
        log.error("sending broke off", error=f"{type(error).__name__}: {error}".split("\n", 1)[0][:300])


def _say(owed: Owed, delivery: Delivery, dead: bool, alarmed: bool, elsewhere: Sequence[Any]) -> None:
    told = {"channel": owed.notification.channel, "incident": owed.notification.incident_id, "attempt": owed.attempts}
    if delivery.outcome is Outcome.SENT:
        log.info("message delivered", **told, possible_repeat=owed.doubtful)
        return
    log.warning("message not delivered", **told, reason=delivery.detail, outcome=delivery.outcome.value, given_up=dead)
    if alarmed and not elsewhere:
        log.error("nobody can be told: no other channel is left", **told)
