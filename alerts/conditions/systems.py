"""What carries the work: queues, sources that fall silent, and Supplyscope itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.conditions import reports
from alerts.conditions.condition import Condition, plain
from analytics import activity, intake, queues
from analytics.context import Context
from analytics.intake.questions import silent
from analytics.queues.rows import PollerHealth
from analytics.words import duration
from domain.conditions import Health, QueueAge, QueueDrain
from domain.interval import Interval
from domain.slas import Severity

_STUCK = {
    "no_consumer": "nobody is connected to take its messages",
    "not_acknowledging": "messages are taken and none is acknowledged",
    "head_not_moving": "its oldest message stays the same",
}
_WEEK, _QUARTER = timedelta(days=7), timedelta(minutes=15)


def draining(context: Context, rule: QueueDrain) -> Iterator[Condition]:
    """Deep queues that drain too slowly; one that does not drain at all counts where this is unusual for the hour."""
    for queue in queues.outlook(context):
        if queue.depth < rule.min_depth or queue.silent or not queue.drain_method or queue.drain_method == "empty":
            continue
        seconds = queue.drain_seconds
        if seconds is None and queue.unusual is not False:
            text = f"Queue {queue.queue} holds {queue.depth:,} messages and does not drain."
        elif seconds is not None and seconds > rule.longer_than.total_seconds():
            text = f"Queue {queue.queue} holds {queue.depth:,} messages and needs {duration(seconds)} to drain."
        else:
            continue
        yield _of_queue(
            "queue_drain", queue.queue, queue.broker, queue.interface_id, Severity.WARNING, text, queue.sampled, context
        )


def stuck(context: Context) -> Iterator[Condition]:
    """Queues whose messages nobody takes, since when."""
    for queue in queues.outlook(context):
        if queue.stuck:
            since = queue.stuck_since or queue.sampled
            text = f"Queue {queue.queue} is stuck with {queue.depth:,} messages: {_STUCK.get(queue.stuck, queue.stuck)}."
            yield _of_queue("queue_stuck", queue.queue, queue.broker, queue.interface_id, Severity.CRITICAL, text, since, context)


def old(context: Context, rule: QueueAge) -> Iterator[Condition]:
    """Queues whose oldest message has waited too long; a sample older than a quarter of an hour says nothing."""
    for queue in queues.latest(context):
        age = queue.oldest_age_seconds
        if age is not None and age > rule.older_than.total_seconds() and context.now - queue.sampled <= _QUARTER:
            text = f"The oldest message of queue {queue.queue} has waited {duration(age)}."
            since = queue.sampled - timedelta(seconds=age) + rule.older_than
            yield _of_queue("queue_age", queue.queue, queue.broker, queue.interface_id, Severity.WARNING, text, since, context)


def _of_queue(
    kind: str, queue: str, broker: str, interface: str, severity: Severity, text: str, opened: datetime, context: Context
) -> Condition:
    configured = context.configuration.interface(interface)
    found = plain(f"{kind}|{broker}|{queue}", kind, f"queue {queue}", severity, text, opened, context.now)
    owner = configured.owner if configured else ""
    return replace(found, interface=interface, owner=owner, about=(f"queue {queue}",), labels=(("queue", queue),))


def silent_sources(context: Context) -> Iterator[Condition]:
    """Sources that usually speak and have stopped; our own is judged as health."""
    for source in silent(context, Interval(context.now - _WEEK, context.now)):
        if source.interface_id == "supplyscope":
            continue
        configured = context.configuration.interface(source.interface_id)
        where = f" for {configured.name if configured else source.interface_id}" if source.interface_id else ""
        since = duration((context.now - source.last_minute).total_seconds())
        text = f"{source.service or 'A source without a name'} has sent no {source.signal}{where} for {since}."
        name = f"silent_source|{source.signal}|{source.service}|{source.interface_id}"
        tier = configured.tier if configured else 4
        severity = Severity.CRITICAL if tier == 1 else Severity.WARNING
        subject = f"source {source.service}{' ' + source.interface_id if source.interface_id else ''}"
        found = plain(name, "silent_source", subject, severity, text, source.last_minute, context.now)
        owner = configured.owner if configured else ""
        yield replace(found, interface=source.interface_id, owner=owner, labels=(("source", source.service),))


def health(context: Context, rule: Health) -> Iterator[Condition]:
    """Supplyscope itself."""
    yield from _jobs(context)
    yield from _pollers(context)
    yield from _intake(context, rule)
    yield from reports.undelivered(context)


def _jobs(context: Context) -> Iterator[Condition]:
    for job in activity.job_runs(context):
        if job.silent or not (job.late or job.last_error):
            continue
        what = f"fails: {job.last_error[:200]}" if job.last_error else "is late"
        text = f'Supplyscope\'s job "{job.job}" {what}.'
        since = job.last_started or job.recorded
        yield plain(
            f"health|job|{job.job}|{job.process}",
            "health",
            f"Supplyscope job {job.job}",
            Severity.WARNING,
            text,
            since,
            job.recorded,
        )


def _pollers(context: Context) -> Iterator[Condition]:
    for poller in queues.pollers(context):
        if poller.health not in (PollerHealth.FAILING, PollerHealth.SILENT):
            continue
        what = f"fails: {poller.error[:200]}" if poller.health is PollerHealth.FAILING else "is overdue"
        text = f"Queue poller {poller.poller} {what}."
        since = poller.last_good or poller.tried or context.now
        found = plain(
            f"health|poller|{poller.poller}", "health", f"poller {poller.poller}", Severity.WARNING, text, since, context.now
        )
        yield replace(found, labels=(("source", poller.poller),))


def _intake(context: Context, rule: Health) -> Iterator[Condition]:
    """Too large a share of requests refused, or minutes of the last quarter hour in which nothing could be received."""
    lately = Interval(context.now - _QUARTER, context.now)
    refused = sum(one.refused for one in intake.refusals(context, lately))
    taken = sum(key.requests for key in intake.keys(context, lately))
    if refused >= rule.min_refused and refused >= rule.refused_share * (refused + taken):
        text = f"Supplyscope refused {refused:,} of {refused + taken:,} requests in 15 min."
        yield plain("health|refused", "health", "Supplyscope refusals", Severity.WARNING, text, lately.start, context.now)
    coverage = activity.sight(context, lately).coverage
    if coverage is not None and coverage < 0.5 and _ran_before(context, lately.start):
        text = f"Supplyscope's intake was away for {round((1 - coverage) * 15)} of the last 15 minutes."
        yield plain("health|intake", "health", "Supplyscope intake", Severity.CRITICAL, text, lately.start, context.now)


def _ran_before(context: Context, at: datetime) -> bool:
    """A first start has nothing behind it to have missed."""
    before = activity.sight(context, Interval(at - _QUARTER, at)).coverage
    return before is not None and before > 0


__all__ = ["draining", "health", "old", "silent_sources", "stuck"]
