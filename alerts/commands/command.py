"""A command: what somebody asks of an incident, of silences or of a schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter


class Action(StrEnum):
    """What may be asked. unacknowledge also ends a snooze: nobody has it then."""

    ACKNOWLEDGE = "acknowledge"
    UNACKNOWLEDGE = "unacknowledge"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    REASSIGN = "reassign"
    COMMENT = "comment"
    SILENCE = "silence"
    EXPIRE_SILENCE = "expire silence"
    OVERRIDE = "override"
    END_OVERRIDE = "end override"


class Source(StrEnum):
    """Where it was asked. slack: the workspace vouches for its people by signature, configured here or not."""

    API = "api"
    CLI = "cli"
    PAGE = "page"
    LINK = "link"
    SLACK = "slack"


def vouched(source: Source) -> Source:
    """What somebody who is no Slack workspace may say: only its signature vouches for people who are not configured."""
    return Source.API if source is Source.SLACK else source


@dataclass(frozen=True, slots=True)
class Command:
    """Somebody asks for `action`. actor: an id of people (from Slack: who it is there). value: a comment, a reason, or the person
    it is reassigned to or who takes over. until: end of a snooze, silence or override. starts: of the latter two, None: at once. matchers: of a silence, as routes write
    them; with an incident and no matchers it covers what the incident is about. schedule, instead_of: of an override. command_id: the same again counts once; "": a new one.
    """

    action: Action
    actor: str
    incident_id: str = ""
    value: str = ""
    until: datetime | None = None
    starts: datetime | None = None
    matchers: tuple[str, ...] = ()
    silence_id: str = ""
    schedule: str = ""
    instead_of: str = ""
    override_id: str = ""
    source: Source = Source.API
    command_id: str = ""

    @property
    def about(self) -> str:
        """The incident, silence or override it names; "" for a new one."""
        return self.incident_id or self.silence_id or self.override_id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command: pending, accepted or refused. reason: of a refusal. said: what was done, in words; "" unless accepted."""

    command_id: str
    incident_id: str
    action: str
    actor: str
    outcome: str
    reason: str
    said: str
    asked: datetime
    decided: datetime | None


TO_JSON: TypeAdapter[Command] = TypeAdapter(Command)
