"""The readers of reports: what the configuration names, one by one."""

from __future__ import annotations

from dataclasses import dataclass

from analytics import flows, pricing
from analytics.context import Context
from domain.calendars import Calendar
from domain.configuration import Configuration
from domain.interval import Interval
from domain.landscape import Facility, Party
from domain.reports import DEFAULT_REPORTS, AudienceKind, ReportAudience

_OFFICE_NAMES = {
    AudienceKind.LEADERSHIP: "Leadership",
    AudienceKind.PROCUREMENT: "Procurement and contracts",
    AudienceKind.FINANCE: "Finance and accounts payable",
    AudienceKind.IT: "IT and integration",
}
_PARTNERS = {Party.GPO: "GPO", Party.GATEWAY: "EDI gateway"}


@dataclass(frozen=True, slots=True)
class Audience:
    """One report's readers. facility, supplier, party '': all. zone and calendar decide when it is sent (None: every day)."""

    id: str
    kind: AudienceKind
    name: str
    settings: ReportAudience
    zone: str
    calendar: Calendar | None
    facility: str = ""
    supplier: str = ""
    party: str = ""

    @property
    def outside(self) -> bool:
        """Its readers may be another company: it holds nothing of others."""
        return self.kind in (AudienceKind.SUPPLIER, AudienceKind.PARTNER)


class NoSuchAudience(LookupError):
    """Names a report that is not configured, and those that are."""


def configured(configuration: Configuration) -> tuple[ReportAudience, ...]:
    """The configured reports, or every audience on demand where none is."""
    return configuration.reports or DEFAULT_REPORTS


def audiences(configuration: Configuration) -> tuple[Audience, ...]:
    """Every report whose readers are known without looking at data: suppliers that are not named come from `with_suppliers`."""
    found: list[Audience] = []
    for entry in configured(configuration):
        if entry.audience is AudienceKind.FACILITY:
            found += [_of_facility(entry, place, configuration) for place in _places(entry, configuration)]
        elif entry.audience is not AudienceKind.SUPPLIER:
            found.append(_office(entry, configuration))
        elif entry.supplier is not None:
            found.append(of_supplier(entry, entry.supplier, configuration))
    return tuple(found)


def with_suppliers(context: Context, interval: Interval) -> tuple[Audience, ...]:
    """The same, and a scorecard for each supplier seen in `interval` where the configuration asks for each."""
    known = audiences(context.configuration)
    each = [entry for entry in configured(context.configuration) if _each_supplier(entry)]
    named = {audience.supplier for audience in known}
    seen = suppliers(context, interval) if each else ()
    return (*known, *(of_supplier(e, s, context.configuration) for e in each for s in seen if s not in named))


def find(configuration: Configuration, id: str) -> Audience:
    """The audience `id`; "supplier:ACME" for any supplier where each gets a scorecard. Raises NoSuchAudience."""
    known = audiences(configuration)
    for audience in known:
        if audience.id == id:
            return audience
    name, _, supplier = id.partition(":")
    for entry in configured(configuration):
        if entry.id == name and supplier and _each_supplier(entry):
            return of_supplier(entry, supplier, configuration)
    shown = [audience.id for audience in known]
    shown += [f"{entry.id}:<supplier>" for entry in configured(configuration) if _each_supplier(entry)]
    raise NoSuchAudience(f'There is no report "{id}"; there are {", ".join(shown)}')


def suppliers(context: Context, interval: Interval) -> tuple[str, ...]:
    """Suppliers with flow instances, spend or credits in `interval`, in order of their ids."""
    found = {row.group for row in pricing.realised_spend(context, interval, "supplier", limit=10_000)}
    found |= {credit.supplier_id for credit in pricing.credits_due(context, interval, limit=10_000)}
    for flow in context.configuration.flows:
        found |= {row.group for row in flows.by_group(context, interval, flow.id, "supplier")}
    return tuple(sorted(found - {""}))


def of_supplier(entry: ReportAudience, supplier: str, configuration: Configuration) -> Audience:
    id = entry.id if entry.supplier else f"{entry.id}:{supplier}"
    name = entry.name if entry.supplier and entry.name else f"Supplier {supplier}"
    return Audience(
        id, entry.audience, name, entry, _zone(entry, configuration), _calendar(entry, configuration), supplier=supplier
    )


def _office(entry: ReportAudience, configuration: Configuration) -> Audience:
    party = Party(entry.partner.value) if entry.partner else None
    name = entry.name or (_PARTNERS[party] if party else _OFFICE_NAMES[entry.audience])
    return Audience(
        entry.id, entry.audience, name, entry, _zone(entry, configuration), _calendar(entry, configuration),
        party=party.value if party else "",
    )  # fmt: skip


def _of_facility(entry: ReportAudience, place: Facility, configuration: Configuration) -> Audience:
    id = entry.id if entry.facility else f"{entry.id}:{place.id}"
    name = entry.name if entry.facility and entry.name else f"{place.id} {place.name}"
    zone, calendar = entry.time_zone or place.time_zone, _calendar(entry, configuration, place)
    return Audience(id, entry.audience, name, entry, zone, calendar, facility=place.id)


def _places(entry: ReportAudience, configuration: Configuration) -> tuple[Facility, ...]:
    return tuple(place for place in configuration.facilities if entry.facility in (None, place.id))


def _each_supplier(entry: ReportAudience) -> bool:
    return entry.audience is AudienceKind.SUPPLIER and entry.supplier is None


def _zone(entry: ReportAudience, configuration: Configuration) -> str:
    return entry.time_zone or configuration.organisation.time_zone


def _calendar(entry: ReportAudience, configuration: Configuration, place: Facility | None = None) -> Calendar | None:
    """Its own, else its facility's, else the first one that closes at all."""
    named = entry.calendar or (place.calendar if place else None)
    if named is not None:
        return configuration.calendar(named)
    return next((calendar for calendar in configuration.calendars if not calendar.always_open), None)
