"""The whole of the user's world as one frozen value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self, TypeVar

from domain.alerting import Alerting
from domain.arrivals import Arrival
from domain.audit import AuditExport
from domain.base import Configured, Identifier
from domain.batch_mappings import BatchMapping
from domain.calendars import Calendar
from domain.channels import Channel, Outbound
from domain.conditions import ConditionRule
from domain.edi import EdiSettings
from domain.event_mappings import EventMapping
from domain.exclusions import Exclusion
from domain.failures import FailureClass, FailureRule
from domain.files import WatchedFolder
from domain.flows import Crosswalk, Flow, KeyType, MilestoneRule
from domain.handovers import Fallback, Handover
from domain.intake import IngestKey, IntakeLimits
from domain.kafka import KafkaTopics
from domain.landscape import Facility, Interface, Person, System
from domain.masking import Mask
from domain.masters import Master
from domain.on_call import EscalationPolicy, Schedule
from domain.openslo import OpenSloObject
from domain.pollers import QueuePoller
from domain.queue_metrics import QueueMetric
from domain.reports import ReportAudience
from domain.retention import Retention
from domain.routing import Route
from domain.slas import Sla
from domain.time_intervals import TimeInterval

Entry = TypeVar("Entry")


class Organisation(Configured):
    """Who this is: shown on pages and reports. `public_url` starts every link in a message."""

    name: str = "Health system"
    time_zone: str = "UTC"
    currency: str = "USD"
    public_url: str = "http://127.0.0.1:8080"
    story_depth: int = 3


class Configuration(Configured):
    """Everything a configuration folder says, references checked by the loader."""

    organisation: Organisation = Organisation()
    systems: tuple[System, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    facilities: tuple[Facility, ...] = ()
    people: tuple[Person, ...] = ()
    key_types: tuple[KeyType, ...] = ()
    crosswalks: tuple[Crosswalk, ...] = ()
    flows: tuple[Flow, ...] = ()
    milestone_rules: tuple[MilestoneRule, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    slas: tuple[Sla, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    openslo: tuple[OpenSloObject, ...] = ()
    failure_classes: tuple[FailureClass, ...] = ()
    failure_rules: tuple[FailureRule, ...] = ()
    event_mappings: tuple[EventMapping, ...] = ()
    batch_mappings: tuple[BatchMapping, ...] = ()
    watched_folders: tuple[WatchedFolder, ...] = ()
    pollers: tuple[QueuePoller, ...] = ()
    queue_metrics: tuple[QueueMetric, ...] = ()
    masks: tuple[Mask, ...] = ()
    masters: tuple[Master, ...] = ()
    kafka_topics: tuple[KafkaTopics, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    handovers: tuple[Handover, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    edi: EdiSettings = EdiSettings()
    outbound: Outbound = Outbound()
    channels: tuple[Channel, ...] = ()
    routes: tuple[Route, ...] = ()
    conditions: tuple[ConditionRule, ...] = ()
    time_intervals: tuple[TimeInterval, ...] = ()
    alerting: Alerting = Alerting()
    audit: AuditExport = AuditExport()
    schedules: tuple[Schedule, ...] = ()
    escalation_policies: tuple[EscalationPolicy, ...] = ()
    reports: tuple[ReportAudience, ...] = ()
    intake: IntakeLimits = IntakeLimits()
    ingest_keys: tuple[IngestKey, ...] = ()
    retention: Retention = Retention()

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hex digits that change when anything configured changes."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy has a fingerprint of its own: pydantic would copy the remembered one too."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("fingerprint", None)
        return copied

    def interface(self, id: Identifier) -> Interface | None:
        return _by_id(self.interfaces, id)

    def facility(self, id: Identifier) -> Facility | None:
        return _by_id(self.facilities, id)

    def person(self, id: Identifier) -> Person | None:
        return _by_id(self.people, id)

    def flow(self, id: Identifier) -> Flow | None:
        return _by_id(self.flows, id)

    def calendar(self, id: Identifier) -> Calendar | None:
        return _by_id(self.calendars, id)

    def sla(self, id: Identifier) -> Sla | None:
        return _by_id(self.slas, id)

    def schedule(self, id: Identifier) -> Schedule | None:
        return _by_id(self.schedules, id)

    def escalation_policy(self, id: Identifier) -> EscalationPolicy | None:
        return _by_id(self.escalation_policies, id)

    def failure_class(self, id: Identifier) -> FailureClass | None:
        return _by_id(self.failure_classes, id)


def _by_id(entries: tuple[Entry, ...], id: str) -> Entry | None:
    return next((entry for entry in entries if getattr(entry, "id") == id), None)  # noqa: B009
