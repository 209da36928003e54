"""OpenSLO v1 as written (https://github.com/OpenSLO/OpenSLO, apiVersion openslo/v1): every kind, with our extension block.

The extension block is the key `supplyscope` beside `spec` of an SLO or SLI; a file without it is plain OpenSLO. Its keys
are those of an entry of our section slas. A metric source of type Supplyscope holds the same keys in its spec.
"""

# ruff: noqa: N815 - the names are the standard's
from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from domain.base import Configured

Text = str | int | float | bool
Labels = dict[str, Text | tuple[Text, ...]]
Name = Annotated[str, Field(min_length=1, max_length=63)]


class Metadata(Configured):
    name: Name
    displayName: str = ""
    labels: Labels = Field(default_factory=dict)
    annotations: dict[str, Text] = Field(default_factory=dict)


class _Object(Configured):
    apiVersion: Literal["openslo/v1"]
    metadata: Metadata


class _Described(Configured):
    description: str = Field(default="", max_length=1050)


class Service(_Object):
    kind: Literal["Service"]
    spec: _Described


class DataSourceSpec(_Described):
    type: str
    connectionDetails: Any = Field(default=None, repr=False, exclude=True)


class DataSource(_Object):
    """Connection details may be secrets: they are read, never shown or stored."""

    kind: Literal["DataSource"]
    spec: DataSourceSpec


class MetricSource(Configured):
    metricSourceRef: str = ""
    type: str = ""
    spec: dict[str, Any]


class Metric(Configured):
    metricSource: MetricSource


class RatioMetric(Configured):
    counter: bool | None = None
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric | None = None
    rawType: Literal["success", "failure"] | None = None
    raw: Metric | None = None


class SliSpec(_Described):
    ratioMetric: RatioMetric | None = None
    thresholdMetric: Metric | None = None


class InlineSli(Configured):
    """An indicator inside an SLO; `kind` may be repeated there."""

    kind: Literal["SLI"] = "SLI"
    metadata: Metadata
    spec: SliSpec
    supplyscope: dict[str, Any] = Field(default_factory=dict)


class Sli(_Object):
    kind: Literal["SLI"]
    spec: SliSpec
    supplyscope: dict[str, Any] = Field(default_factory=dict)


class Condition(Configured):
    kind: Literal["burnrate"]
    op: Literal["lte", "gte", "lt", "gt"] = "gte"
    threshold: float
    lookbackWindow: str
    alertAfter: str = ""


class AlertConditionSpec(_Described):
    severity: str
    condition: Condition


class InlineAlertCondition(Configured):
    kind: Literal["AlertCondition"]
    metadata: Metadata
    spec: AlertConditionSpec


class AlertCondition(_Object):
    kind: Literal["AlertCondition"]
    spec: AlertConditionSpec


class ConditionRef(Configured):
    conditionRef: str


class TargetSpec(_Described):
    target: str


class InlineAlertTarget(Configured):
    kind: Literal["AlertNotificationTarget"]
    metadata: Metadata
    spec: TargetSpec


class AlertNotificationTarget(_Object):
    kind: Literal["AlertNotificationTarget"]
    spec: TargetSpec


class TargetRef(Configured):
    targetRef: str


class AlertPolicySpec(_Described):
    alertWhenNoData: bool = False
    alertWhenResolved: bool = False
    alertWhenBreaching: bool = False
    conditions: tuple[InlineAlertCondition | ConditionRef, ...] = Field(min_length=1, max_length=1)
    notificationTargets: tuple[InlineAlertTarget | TargetRef, ...] = Field(min_length=1)


class InlineAlertPolicy(Configured):
    kind: Literal["AlertPolicy"]
    metadata: Metadata
    spec: AlertPolicySpec


class AlertPolicy(_Object):
    kind: Literal["AlertPolicy"]
    spec: AlertPolicySpec


class PolicyRef(Configured):
    alertPolicyRef: str


class WindowCalendar(Configured):
    startTime: str
    timeZone: str


class TimeWindow(Configured):
    duration: str
    isRolling: bool = False
    calendar: WindowCalendar | None = None


class Objective(Configured):
    displayName: str = ""
    op: Literal["lte", "gte", "lt", "gt"] | None = None
    value: float | None = None
    target: float | None = Field(default=None, ge=0, lt=1)
    targetPercent: float | None = Field(default=None, ge=0, lt=100)
    timeSliceTarget: float | None = Field(default=None, gt=0, le=1)
    timeSliceWindow: str | None = None
    indicator: InlineSli | None = None
    indicatorRef: str = ""
    compositeWeight: float | None = Field(default=None, gt=0)


class SloSpec(_Described):
    service: str
    indicator: InlineSli | None = None
    indicatorRef: str = ""
    timeWindow: tuple[TimeWindow, ...] = Field(default=(), max_length=1)
    budgetingMethod: Literal["Occurrences", "Timeslices", "RatioTimeslices"]
    objectives: tuple[Objective, ...] = Field(min_length=1)
    alertPolicies: tuple[InlineAlertPolicy | PolicyRef, ...] = ()


class Slo(_Object):
    kind: Literal["SLO"]
    spec: SloSpec
    supplyscope: dict[str, Any] = Field(default_factory=dict)


OpenSloObject = Annotated[
    Slo | Sli | Service | DataSource | AlertPolicy | AlertCondition | AlertNotificationTarget, Field(discriminator="kind")
]
