"""Figures and findings in plain words: the one wording that pages, Slack, mail and reports share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from analytics.failures.rows import FailureGroup
from analytics.flows.rows import FlowInstance
from analytics.sla.rows import Breach
from domain.configuration import Configuration
from domain.flows import Milestone
from domain.landscape import Party

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_LISTED = 3
_BUSINESS_DAY_HOURS = 8


def duration(seconds: float, business: bool = False) -> str:
    """Seconds for a reader: "840 ms", "42 s", "12 min", "5.2 h", "1 d 4 h". A business day has eight hours and is said so."""
    sign, size = ("−" if seconds < 0 else ""), abs(seconds)
    return sign + _size(size, _BUSINESS_DAY_HOURS if business else 24, "business d" if business else "d")


def _size(seconds: float, day_hours: int, day: str) -> str:
    if seconds == 0:
        return "0 s"
    if seconds < 0.9995:
        return f"{max(1, round(seconds * 1000))} ms"
    if seconds < 9.95:
        return f"{_trimmed(seconds)} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    if seconds < 59.5 * 60:
        return f"{seconds / 60:.0f} min"
    if round(seconds / 3600, 1) < day_hours:
        return f"{_trimmed(seconds / 3600)} h"
    hours = round(seconds / 3600)
    days, rest = divmod(hours, day_hours)
    if days >= 10 or rest == 0:
        return f"{round(hours / day_hours):,} {day}"
    return f"{days} {day} {rest} h"


def _trimmed(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def money(amount: Decimal, currency: str) -> str:
    """An amount at the precision a tile shows: "$950.00", "$18.4k", "−$1.2M"; a currency without a sign is written "CHF 18.4k"."""
    size = abs(amount)
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    sign = "−" if amount < 0 else ""
    for limit, factor, suffix in (
        (Decimal("999.995"), 1, ""),
        (Decimal("999950"), 1_000, "k"),
        (Decimal("999950000"), 1_000_000, "M"),
    ):
        if size < limit:
            places = Decimal("0.01") if factor == 1 else Decimal("0.1")
            return f"{sign}{symbol}{(size / factor).quantize(places, ROUND_HALF_UP)}{suffix}"
    return f"{sign}{symbol}{(size / 1_000_000_000).quantize(Decimal('0.1'), ROUND_HALF_UP):,}B"


def percent(share: float, target: float | None = None) -> str:
    """A share 0 … 1: "94.2 %". Next to a `target` it gets the digits it needs not to round across it: 0.9899 of 0.99 is "98.99 %"."""
    digits = 1
    while target is not None and digits < 4 and (share < target) != (round(share * 100, digits) < round(target * 100, 6)):
        digits += 1
    text = f"{share * 100:.{digits}f}"
    if share < 1 and float(text) >= 100:  # Nearly all is not all.
        text = "99.99"
    return f"{text.removesuffix('.0')} %"


def when(moment: datetime, zone: str) -> str:
    """A moment in `zone`, the zone named: "Nov 19 08:04 CST"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%b} {local.day} {local:%H:%M %Z}"


def listed(names: Sequence[str], some: str) -> str:
    """Names joined for a sentence: "H01, H03 and H07", beyond three "12 hospitals" where `some` says of what."""
    if len(names) > _LISTED:
        return f"{len(names)} {some}"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def failure_sentence(group: FailureGroup, configuration: Configuration) -> str:
    """What failed, for what, where, since when, and whose turn it is, in the organisation's zone."""
    interface = configuration.interface(group.interface_id)
    facts = f"{_capital(cause(group))}: {interface.name if interface else group.interface_id or 'an unnamed interface'} refused"
    facts += " " + (_contracts(group.contracts) if group.contracts else _object(group))
    if group.facilities:
        facts += f" at {listed(group.facilities, 'facilities')}"
    zone = configuration.organisation.time_zone
    if group.resolved is not None:
        return f"{facts}; resolved {when(group.resolved, zone)}."
    return f"{facts} since {when(group.first_seen, zone)}.{turn_of(group.owner, configuration)}"


def breach_sentence(breach: Breach, configuration: Configuration) -> str:
    """Which promise is broken, for what, since when and why, in the organisation's zone."""
    zone = configuration.organisation.time_zone
    subject = f": {breach.subject}" if breach.subject else ""
    place = f" at {breach.facility_id}" if breach.facility_id and breach.facility_id not in breach.subject else ""
    until = f" until {when(breach.closed, zone)}" if breach.closed else ""
    reason = f" {_sentence(breach.reason)}" if breach.reason else ""
    turn = "" if breach.closed else turn_of(breach.owner, configuration)
    return f'"{breach.name}" is missed{subject}{place} since {when(breach.opened, zone)}{until}.{reason}{turn}'


def stuck_sentence(instance: FlowInstance, configuration: Configuration) -> str:
    """Where an instance stands: what it waits for, since when and why, in the organisation's zone."""
    zone = configuration.organisation.time_zone
    what = subject(instance, configuration)
    if instance.completed is not None:
        return f"{what} completed in {duration(instance.total_seconds)}."
    step = _step(instance.flow, instance.waiting_for, configuration)
    name = step.name if step else instance.waiting_for
    if instance.stuck_since is None:
        return f'{what} waits for "{name}" since {when(instance.last_time, zone)}.{_party(instance.party)}'
    why = f": {instance.failure_message.rstrip('.')}" if instance.failure_message else ""
    owner = configuration.failure_class(instance.failure_class)
    turn = turn_of(owner.owner, configuration) if owner else _party(instance.party)
    return f'{what} is stuck at "{name}" since {when(instance.stuck_since, zone)}{why}.{turn}'


def subject(instance: FlowInstance, configuration: Configuration) -> str:
    """An instance as a reader names it: "Contract MS-7895, item 40-2217 at H07"."""
    flow = configuration.flow(instance.flow)
    kind = _capital(spoken(flow.key)) if flow else instance.flow
    item = f", item {instance.item_id}" if instance.item_id else ""
    place = f" at {instance.facility_id}" if instance.facility_id else ""
    issuer = f" of {instance.authority}" if instance.authority else ""
    return f"{kind} {instance.key}{issuer}{item}{place}"


def turn_of(owner: str, configuration: Configuration) -> str:
    """The words " Item master team's turn." with their leading blank; '' when nobody is named."""
    if not owner:
        return ""
    person = configuration.person(owner)
    name = person.name if person else owner
    possessive = "'" if name.endswith("s") else "'s"
    return f" {name}{possessive} turn."


def spoken(identifier: str) -> str:
    """An identifier as words: "purchase_order" is "purchase order"."""
    return identifier.replace("_", " ")


def cause(group: FailureGroup) -> str:
    """Why an object was refused, as its newest message says it, without a full stop."""
    return group.message.rstrip(". ") or group.class_name or spoken(group.failure_class)


def _contracts(names: Sequence[str]) -> str:
    if len(names) > _LISTED:
        return listed(names, "contracts")
    return f"{'contract' if len(names) == 1 else 'contracts'} {listed(names, 'contracts')}"


def _object(group: FailureGroup) -> str:
    return f"{spoken(group.object_type)} {group.object}" if group.object else "work without a business key"


def _party(party: str) -> str:
    names = {Party.US: "Our", Party.GPO: "The GPO's", Party.SUPPLIER: "The supplier's"}
    names |= {Party.GATEWAY: "The gateway's", Party.FACILITY: "The facility's"}
    return f" {names[Party(party)]} turn." if party in {p.value for p in Party} else ""


def _step(flow: str, milestone: str, configuration: Configuration) -> Milestone | None:
    configured = configuration.flow(flow)
    return next((m for m in configured.milestones if m.id == milestone), None) if configured else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    return _capital(text.rstrip(".")) + "."
