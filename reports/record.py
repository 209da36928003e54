"""report_events: commands, editions with the mails they owe, and what became of these. Append only."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from reports.document import TO_JSON, Report
from store.query import Query
from store.store import Store

_EDITIONS = Query.beside(__file__, "editions.sql")
_EDITION = Query.beside(__file__, "edition.sql")
_COMMANDS = Query.beside(__file__, "commands.sql")
_DELIVERIES = Query.beside(__file__, "deliveries.sql")
_OUTCOME = Query.beside(__file__, "outcome.sql")
# Begins the detail of an attempt after which nobody knows whether the mail arrived.
UNKNOWN = "unknown: "
_NONE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition without its document. made: when. reason: schedule, or who asked. headline: its finding."""

    audience: str
    week: str
    edition: int
    made: datetime
    watermark: datetime
    configuration: str
    reason: str
    headline: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A stored edition. digests: SHA-256 of each file as it was first rendered."""

    report: Report
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mailing:
    """A mail that an edition owes; `state` owed, sent or dead (given up). addresses may be empty when nobody has one."""

    delivery_id: str
    audience: str
    week: str
    edition: int
    channel: str
    state: str
    attempts: int
    failures: int
    decided: datetime
    last_attempt: datetime
    detail: str
    payload: str

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(orjson.loads(self.payload)["to"])

    @property
    def attach(self) -> tuple[str, ...]:
        return tuple(orjson.loads(self.payload)["attach"])

    @property
    def outcome_unknown(self) -> bool:
        """An attempt ended in a crash or without an answer: it may have arrived."""
        return self.attempts > self.failures or self.detail.startswith(UNKNOWN)


@dataclass(frozen=True, slots=True)
class Command:
    """Somebody asks for an edition: `edition` 0 makes one anew, another number sends that one. to (): the audience's own people."""

    command_id: str
    audience: str
    week: str
    edition: int
    actor: str
    to: tuple[str, ...] = ()
    send: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command: pending, done (with the edition) or refused (why)."""

    command_id: str
    outcome: str
    edition: int
    reason: str


def ask(store: Store, command: Command, at: datetime) -> str:
    """Append a command from any role; returns its id. The scheduler carries it out."""
    id = command.command_id or uuid.uuid4().hex[:20]
    payload = orjson.dumps({"to": command.to, "send": command.send}).decode()
    store.insert(
        "report_events", [_row(at, "command", command.audience, command.week, command.edition, command_id=id, actor=command.actor, payload=payload)]
    )  # fmt: skip
    return id


def pending(store: Store) -> tuple[Command, ...]:
    """Commands nobody has answered, oldest first."""
    return tuple(
        Command(r["command_id"], r["audience"], r["week"], r["edition"], r["actor"], tuple(given["to"]), given["send"])
        for r in store.records(_COMMANDS)
        for given in (orjson.loads(r["payload"]),)
    )


def outcome(store: Store, command_id: str) -> Outcome | None:
    """None: there is no such command."""
    rows = store.records(_OUTCOME, command_id=command_id)
    found = {row["kind"]: row for row in rows}
    if not found:
        return None
    if "refused" in found:
        return Outcome(command_id, "refused", 0, found["refused"]["summary"])
    done = found.get("edition") or found.get("intent")
    return Outcome(command_id, "done", done["edition"], "") if done else Outcome(command_id, "pending", 0, "")


def refuse(store: Store, command: Command, reason: str, at: datetime) -> None:
    row = _row(at, "refused", command.audience, command.week, command.edition, command_id=command.command_id, summary=reason)
    store.insert("report_events", [row])


def store_edition(
    store: Store,
    report: Report,
    digests: Mapping[str, str],
    reason: str,
    owed: Sequence[Mailing],
    at: datetime,
    command_id: str = "",
) -> None:
    """An edition and the mails it owes, all or none."""
    payload = orjson.dumps({"digests": dict(digests), "report": TO_JSON.dump_python(report, mode="json")}).decode()
    edition = _row(
        at,
        "edition",
        report.audience,
        report.week,
        report.edition,
        command_id=command_id,
        actor=reason,
        summary=report.headline,
        payload=payload,
    )
    edition |= {"watermark": report.watermark, "configuration": report.configuration}
    store.insert("report_events", [edition, *_intents(owed, at, command_id)])


def owe(store: Store, owed: Sequence[Mailing], at: datetime, command_id: str) -> None:
    """Further mails of an edition that is stored."""
    store.insert("report_events", _intents(owed, at, command_id))


def _intents(owed: Sequence[Mailing], at: datetime, command_id: str) -> list[dict[str, Any]]:
    return [
        _row(at + timedelta(microseconds=place), "intent", m.audience, m.week, m.edition, delivery_id=m.delivery_id, channel=m.channel, command_id=command_id, payload=m.payload)
        for place, m in enumerate(owed, start=1)
    ]  # fmt: skip


def tell(store: Store, mailing: Mailing, kind: str, attempt: int, detail: str, at: datetime) -> None:
    """attempt before a send; sent, failed or dead after it."""
    row = _row(
        at,
        kind,
        mailing.audience,
        mailing.week,
        mailing.edition,
        delivery_id=mailing.delivery_id,
        channel=mailing.channel,
        summary=detail,
    )
    store.insert("report_events", [row | {"attempt": attempt}])


def editions(store: Store, audience: str = "", week: str = "", limit: int = 1_000) -> tuple[EditionRow, ...]:
    """Stored editions, newest week and edition first; '' is any."""
    return store.rows(_EDITIONS, EditionRow, audience=audience, week=week, limit=limit)


def edition(store: Store, audience: str, week: str, number: int = 0) -> Edition | None:
    """A stored edition, the newest without a number; None when there is none."""
    payload = store.value(_EDITION, audience=audience, week=week, edition=number)
    if not payload:
        return None
    held = orjson.loads(payload)
    return Edition(TO_JSON.validate_python(held["report"]), held["digests"])


def mailings(
    store: Store, *, owed_only: bool = False, audience: str = "", week: str = "", limit: int = 500
) -> tuple[Mailing, ...]:
    """Mails and what became of them, newest first."""
    return store.rows(_DELIVERIES, Mailing, owed_only=int(owed_only), audience=audience, week=week, limit=limit)


def mailing(report: Report, channel: str, to: Sequence[str], attach: Sequence[str], at: datetime, again: str = "") -> Mailing:
    """A mail owed; the same edition to the same people has the same id, unless asked for `again` by a command."""
    identity = f"{report.week}|{report.audience}|{report.edition}|{channel}|{','.join(to)}|{again}"
    id = hashlib.sha256(identity.encode()).hexdigest()[:20]
    payload = orjson.dumps({"to": list(to), "attach": list(attach)}).decode()
    return Mailing(id, report.audience, report.week, report.edition, channel, "owed", 0, 0, at, _NONE, "", payload)


def numbered(report: Report, last: EditionRow | None) -> Report:
    """The report as the next edition."""
    return replace(report, edition=last.edition + 1 if last else 1)


def _row(at: datetime, kind: str, audience: str, week: str, edition: int, **given: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("delivery_id", "command_id", "actor", "channel", "configuration", "summary", "payload"), "")
    return {
        "time": at,
        "kind": kind,
        "audience": audience,
        "week": week,
        "edition": edition,
        "attempt": 0,
        "watermark": _NONE,
        **empty,
        **given,
    }
