"""Who is told, and through what."""

from __future__ import annotations

from pydantic import Field

from domain.base import Configured, Duration, Identifier
from domain.landscape import Party
from domain.matchers import Matcher
from domain.slas import Severity


class RouteMatch(Configured):
    """All that are given must hold; nothing given matches everything. `matchers` are written as Alertmanager's."""

    min_severity: Severity = Severity.INFO
    kinds: tuple[str, ...] = ()
    failure_classes: tuple[Identifier, ...] = ()
    interfaces: tuple[Identifier, ...] = ()
    facilities: tuple[Identifier, ...] = ()
    slas: tuple[Identifier, ...] = ()
    flows: tuple[Identifier, ...] = ()
    parties: tuple[Party, ...] = ()
    matchers: tuple[Matcher, ...] = ()


class Route(Configured):
    """A node of the tree: first matching route wins unless it says `continue`; a route's own `routes` are asked before it answers.

    Channels, people and times left out are the parent's. `to` names people for mail; empty: the owner. Without `group_by`
    what is about one subject is one incident; with it, what agrees in these labels. `active` and `mute` name time intervals:
    nothing is told outside of the former and inside of the latter. `resolved`: whether an end is told. `escalation`: who is told
    next when nobody acknowledges.
    """

    id: Identifier
    match: RouteMatch = RouteMatch()
    channels: tuple[Identifier, ...] = ()
    to: tuple[Identifier, ...] = ()
    go_on: bool = Field(default=False, alias="continue")
    group_by: tuple[str, ...] = ()
    group_wait: Duration | None = None
    group_interval: Duration | None = None
    repeat_interval: Duration | None = None
    escalation: Identifier | None = None
    active: tuple[Identifier, ...] = ()
    mute: tuple[Identifier, ...] = ()
    resolved: bool = True
    routes: tuple[Route, ...] = ()
