"""OpenSLO objects into entries of our section slas: references resolved, objectives become one SLA each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.base import Identifier
from domain.openslo import (
    AlertCondition,
    AlertNotificationTarget,
    AlertPolicy,
    ConditionRef,
    InlineAlertCondition,
    InlineAlertPolicy,
    InlineSli,
    Metric,
    Objective,
    OpenSloObject,
    PolicyRef,
    Sli,
    Slo,
    TargetRef,
    TimeWindow,
)
from domain.problems import did_you_mean

OURS = "Supplyscope"
# OpenSLO may leave the window out; ours is the one most promises name.
_DEFAULT_WINDOW = "30d"
_DURATION = re.compile(r"([1-9]\d*)([mhdwMQY])")
_DAYS = {"M": 30, "Q": 90, "Y": 365}
_MEASURED = frozenset(
    {"kind", "interface", "operation", "where", "within", "queue", "measure", "at_most", "calendar", "job", "parts"}
)


class Refused(ValueError):
    """An object that cannot be used. `place` leads from the object to what is wrong."""

    def __init__(self, place: tuple[str | int, ...], message: str, remedy: str) -> None:
        super().__init__(message)
        self.place, self.message, self.remedy = place, message, remedy


@dataclass(frozen=True)
class Library:
    """Every named object of a folder, for references by name."""

    objects: Mapping[tuple[str, str], OpenSloObject]

    @classmethod
    def of(cls, objects: list[OpenSloObject]) -> Library:
        return cls({(one.kind, one.metadata.name): one for one in reversed(objects)})

    def find(self, kind: str, name: str, place: tuple[str | int, ...]) -> Any:
        """The object of that name; Refused when there is none."""
        found = self.objects.get((kind, name))
        if found is None:
            known = [other for of_kind, other in self.objects if of_kind == kind]
            raise Refused(
                place, f"names no {kind}", f"{did_you_mean(name, known)}. Or add the {kind} {name} to a file of the folder"
            )
        return found

    def source_type(self, metric: Metric) -> str:
        """The type of a metric's source: its own, else that of the data source it names."""
        source = metric.metricSource
        named = self.objects.get(("DataSource", source.metricSourceRef))
        return source.type or str(getattr(getattr(named, "spec", None), "type", "")) or source.metricSourceRef


def entries(slo: Slo, library: Library) -> Iterator[dict[str, Any]]:
    """An SLO's objectives as entries of section slas; Refused when one cannot be understood."""
    objectives = slo.spec.objectives
    weights = [one.compositeWeight for one in objectives]
    names = [_identifier(slo, number if len(objectives) > 1 else None) for number in range(1, len(objectives) + 1)]
    common = _common(slo, library)
    for number, (objective, name) in enumerate(zip(objectives, names, strict=True)):
        yield {
            **common,
            "id": name,
            "name": _name(slo, objective),
            **_objective(slo, number, objective, library),
            **slo.supplyscope,
        }
    if any(weight is not None for weight in weights):
        parts = [{"sla": name, "weight": weight or 1.0} for name, weight in zip(names, weights, strict=True)]
        target = min(_target(one, number) for number, one in enumerate(objectives))
        yield {**common, "id": _identifier(slo, None), "name": slo.metadata.displayName or slo.metadata.name, "kind": "composite",
               "target": target, "parts": parts}  # fmt: skip


def unresolved(policy: AlertPolicy | InlineAlertPolicy, library: Library) -> Iterator[str]:
    """Names a policy refers to that no file of the folder defines."""
    for condition in policy.spec.conditions:
        if isinstance(condition, ConditionRef) and ("AlertCondition", condition.conditionRef) not in library.objects:
            yield f"AlertCondition {condition.conditionRef}"
    for target in policy.spec.notificationTargets:
        if isinstance(target, TargetRef) and ("AlertNotificationTarget", target.targetRef) not in library.objects:
            yield f"AlertNotificationTarget {target.targetRef}"


def _common(slo: Slo, library: Library) -> dict[str, Any]:
    found: dict[str, Any] = {"service": slo.spec.service or "-", "description": slo.spec.description}
    found |= _window(slo.spec.timeWindow[0]) if slo.spec.timeWindow else {"window": _DEFAULT_WINDOW}
    method = re.sub("(?<=[a-z])(?=[A-Z])", "_", slo.spec.budgetingMethod).lower()
    found["budgeting"] = method
    tiers = [_tier(slo, number, library) for number in range(len(slo.spec.alertPolicies))]
    return {**found, "tiers": tiers} if tiers else found


def _window(window: TimeWindow) -> dict[str, Any]:
    place = ("spec", "timeWindow", 0)
    if not _DURATION.fullmatch(window.duration):
        raise Refused((*place, "duration"), "is not a duration of OpenSLO", "Write for example 1h, 7d, 4w, 1M, 1Q or 1Y")
    if window.isRolling and window.calendar:
        raise Refused((*place, "calendar"), "contradicts isRolling", "Remove the calendar, or write isRolling: false")
    if not window.isRolling and window.calendar is None:
        raise Refused(place, "is neither rolling nor aligned with a calendar", "Write isRolling: true, or add a calendar")
    if window.calendar is None:
        return {"window": _plain(window.duration)}
    if window.duration[-1] in "mh":
        raise Refused((*place, "duration"), "is shorter than a day", "A calendar window is 1d, 1w, 1M, 1Q, 1Y or a multiple")
    return {"aligned": {"every": window.duration, "start": window.calendar.startTime, "time_zone": window.calendar.timeZone}}


def _plain(duration: str) -> str:
    """Months, quarters and years as the days they usually stand for in a rolling window."""
    return f"{int(duration[:-1]) * _DAYS[duration[-1]]}d" if duration[-1] in _DAYS else duration


def _tier(slo: Slo, number: int, library: Library) -> dict[str, Any]:
    place = ("spec", "alertPolicies", number)
    written = slo.spec.alertPolicies[number]
    policy = (
        library.find("AlertPolicy", written.alertPolicyRef, (*place, "alertPolicyRef"))
        if isinstance(written, PolicyRef)
        else written
    )
    for target in policy.spec.notificationTargets:
        if isinstance(target, TargetRef):
            _expect(library.find("AlertNotificationTarget", target.targetRef, place), AlertNotificationTarget)
    condition: Any = policy.spec.conditions[0]
    if isinstance(condition, ConditionRef):
        condition = library.find("AlertCondition", condition.conditionRef, place)
        _expect(condition, AlertCondition)
    return _burn(condition, policy.metadata.name, place)


def _burn(condition: AlertCondition | InlineAlertCondition, name: str, place: tuple[str | int, ...]) -> dict[str, Any]:
    """The look-back is the long window; what must hold for `alertAfter` is asked of a short window of that length."""
    rate = condition.spec.condition
    for value in filter(None, (rate.lookbackWindow, rate.alertAfter)):
        if not _DURATION.fullmatch(value):
            raise Refused(place, f'says "{value}" for a duration', "Write for example 5m, 1h or 1d")
    urgency = "page" if condition.spec.severity.lower() in ("page", "critical") else "ticket"
    return {"name": name, "long": _plain(rate.lookbackWindow), "short": _plain(rate.alertAfter or rate.lookbackWindow), "factor": rate.threshold,
            "op": rate.op, "urgency": urgency, "min_bad_events": 0 if rate.op.startswith("l") else 1}  # fmt: skip


def _objective(slo: Slo, number: int, objective: Objective, library: Library) -> dict[str, Any]:
    found = {"target": _target(objective, number), **_slices(slo, number, objective)}
    inline = objective.indicator or slo.spec.indicator
    reference = objective.indicatorRef or ("" if objective.indicator else slo.spec.indicatorRef)
    if inline is not None and reference:
        raise Refused(("spec", "indicatorRef"), "is given beside an indicator", "Keep one of the two")
    if inline is not None:
        return found | _indicator(inline, slo, objective, library)
    if reference:
        return found | _indicator(library.find("SLI", reference, ("spec", "indicatorRef")), slo, objective, library)
    if "kind" in slo.supplyscope:
        return found
    raise Refused(("spec",), "has no indicator", "Add indicator or indicatorRef, or measure it with a supplyscope block")


def _target(objective: Objective, number: int) -> float:
    place = ("spec", "objectives", number)
    if (objective.target is None) == (objective.targetPercent is None):
        raise Refused(place, "needs a target", "Write either target: 0.995 or targetPercent: 99.5")
    found = objective.target if objective.target is not None else (objective.targetPercent or 0) / 100
    if found <= 0:
        raise Refused(place, "has a target of nothing", "Write a share above 0")
    return found


def _slices(slo: Slo, number: int, objective: Objective) -> dict[str, Any]:
    """What each method asks of the objective."""
    place, method = ("spec", "objectives", number), slo.spec.budgetingMethod
    if method == "Timeslices" and objective.timeSliceTarget is None:
        raise Refused(place, "needs a timeSliceTarget", "Timeslices count slices that reach it: add timeSliceTarget: 0.95")
    if method != "Occurrences" and objective.timeSliceWindow is None:
        raise Refused(place, "needs a timeSliceWindow", "Add the length of a slice: timeSliceWindow: 1m")
    found: dict[str, Any] = {} if objective.timeSliceTarget is None else {"slice_target": objective.timeSliceTarget}
    if objective.timeSliceWindow is not None:
        length = objective.timeSliceWindow
        found["slice_length"] = f"{length}m" if length.isdigit() else length
    return found


def _indicator(sli: Sli | InlineSli, slo: Slo, objective: Objective, library: Library) -> dict[str, Any]:
    """What is measured: our own block, a source of ours, else a metric that another system holds."""
    if "kind" in sli.supplyscope or "kind" in slo.supplyscope:
        return dict(sli.supplyscope)
    ratio, threshold = sli.spec.ratioMetric, sli.spec.thresholdMetric
    if (ratio is None) == (threshold is None):
        raise Refused(("spec", "indicator", "spec"), "needs a metric", "Give either ratioMetric or thresholdMetric")
    if ratio is not None and ratio.raw is None and (ratio.total is None or (ratio.good is None) == (ratio.bad is None)):
        raise Refused(
            ("spec", "indicator", "spec"), "is an incomplete ratioMetric", "Give total with good or bad, or raw with rawType"
        )
    metrics = (
        [threshold] if threshold else [one for one in (ratio.good, ratio.bad, ratio.total, ratio.raw) if one] if ratio else []
    )
    types = [library.source_type(metric) for metric in metrics]
    if OURS in types:
        return _of_ours(
            [metric.metricSource.spec for metric, kind in zip(metrics, types, strict=True) if kind == OURS], objective
        )
    queries = [str(metric.metricSource.spec.get("query") or metric.metricSource.spec) for metric in metrics]
    return {"kind": "external", "sources": sorted({kind for kind in types if kind}), "queries": queries}


def _of_ours(specs: list[dict[str, Any]], objective: Objective) -> dict[str, Any]:
    found = {name: value for spec in specs for name, value in spec.items() if name in _MEASURED or name not in ("query",)}
    if found.get("kind") == "threshold" and objective.value is not None:
        found.setdefault("at_most", objective.value)
    return found


def _identifier(slo: Slo, number: int | None) -> str:
    name = slo.metadata.name if number is None else f"{slo.metadata.name}-{number}"
    try:
        return str(TypeAdapter(Identifier).validate_python(name))
    except ValidationError:
        raise Refused(
            ("metadata", "name"), "is not a name for an SLO", "Use letters, digits, dots and dashes, without spaces"
        ) from None


def _name(slo: Slo, objective: Objective) -> str:
    title = slo.metadata.displayName or slo.metadata.name
    return f"{title}: {objective.displayName}" if len(slo.spec.objectives) > 1 and objective.displayName else title


def _expect(found: object, kind: type) -> None:
    assert isinstance(found, kind)
