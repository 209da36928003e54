"""The messages a decision owes: one a channel, one a person where the medium speaks to persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from alerts.channels.channel import Channel
from alerts.decisions import Decision
from alerts.incidents import Incident, said
from alerts.notification import Notification, compose
from alerts.on_call.links import Signer, offered
from analytics import activity
from analytics.context import Context
from domain.interval import Interval

_COURSE, _STEP = timedelta(hours=3), timedelta(minutes=5)


def owed_by(
    decision: Decision, channels: Mapping[str, Channel], context: Context, public_url: str, signer: Signer | None = None
) -> tuple[Decision, list[Notification]]:
    """Where somebody should be told and cannot be, the incident says why. With a `signer` messages to one person carry links to act."""
    if not decision.notify:
        return decision, []
    missing = [
        f"not sent to {t.channel}: the channel's settings are missing" for t in decision.targets if t.channel not in channels
    ]
    incident = decision.incident
    explained = replace(decision, incident=replace(incident, reasons=said(incident.reasons, *missing)))
    series = course(context, incident) if any(t.channel in channels for t in decision.targets) else ()
    owed = []
    for target in decision.targets:
        if target.channel not in channels:
            continue
        single = channels[target.channel].terms.per_person and target.recipients
        for people in [(one,) for one in target.recipients] if single else [target.recipients]:
            found = compose(decision, target.channel, people, context.now, context.configuration, public_url)
            found = offered(found, signer, context.configuration, public_url) if signer and single else found
            owed.append(replace(found, series=series, series_label=_LABEL) if series else found)
    return explained, owed


_LABEL = "Errors of the interface in each five minutes of the last three hours"


def course(context: Context, incident: Incident) -> tuple[float, ...]:
    """Errors of the incident's interface in equal spans of time, oldest first; () where no interface is named or nothing erred."""
    if not incident.interface:
        return ()
    end = context.now
    points = activity.traffic(context, Interval(end - _COURSE, end), incident.interface)
    counts = [0.0] * (_COURSE // _STEP)
    for point in points:
        place = (point.time - (end - _COURSE)) // _STEP
        if 0 <= place < len(counts):
            counts[place] += point.errors
    return tuple(counts) if any(counts) else ()
