"""Plain OpenSLO v1 files load unchanged; what cannot be used is refused with its reason."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from domain.budgets import Budgeting, Urgency
from domain.configuration import Configuration
from domain.loader import check, load
from domain.slas import CompositeSla, ExternalSla, RatioSla, ThresholdSla

# Of the public samples: what is not openslo/v1, what the collection itself calls invalid, and SLOs that name objects of no file.
REFUSED = (
    "v1alpha",
    "v2alpha",
    "invalid-apiversion",
    "unknown-field",
    "mix/1",
    "mix/3",
    "nested/2",
    "nested3/3",
    "v1_slo_invalid_",
)
DANGLING = ("export/inputs/custom_config", "export/inputs/v1_slo", "export/outputs/custom_config", "export/outputs/v1_slo",
            "inline/inputs/custom_config", "inline/outputs/custom_config")  # fmt: skip

NETWORK = """
people: [{id: team, name: Team}]
systems: [{id: a, name: A, kind: erp}]
interfaces: [{id: orders, name: Orders, source: a, target: a, pattern: event, tier: 1, owner: team, phi_adjacent: false}]
"""


def _samples(folder: Path) -> list[Path]:
    files = sorted((*folder.rglob("*.yaml"), *folder.rglob("*.json")))
    if not files:
        pytest.skip(f"{folder} is absent: the public OpenSLO samples are not part of the project")
    return files


def test_the_public_samples(shared_data: Path) -> None:
    loaded = 0
    for file in _samples(shared_data / "openslo"):
        result = check(file)
        name = file.relative_to(shared_data / "openslo").as_posix()
        if any(part in name for part in REFUSED + DANGLING):
            assert result.problems, name
            assert all(problem.line and problem.message and problem.remedy for problem in result.problems), name
        else:
            assert result.configuration is not None, str(result)
            loaded += 1
    assert loaded >= 24


def test_references_resolve_across_the_files_of_a_folder(shared_data: Path, tmp_path: Path) -> None:
    _samples(shared_data / "openslo")
    examples = shared_data / "openslo" / "go-sdk" / "pkg" / "openslo" / "v1" / "examples"
    found = load(examples)
    (slo,) = found.slas
    assert slo.aligned is not None
    assert (slo.id, slo.kind, slo.target, slo.aligned.every, slo.budgeting) == (
        "web-availability", "external", 0.995, "1w", Budgeting.TIMESLICES,
    )  # fmt: skip
    assert len(found.openslo) == 16  # as many as the seven files hold
    assert "my-api-key" not in found.model_dump_json() + repr(found)


def _load(tmp_path: Path, text: str) -> Configuration:
    (tmp_path / "network.yaml").write_text(NETWORK)
    (tmp_path / "slos.yaml").write_text(text)
    return load(tmp_path)


SEVERAL = """
apiVersion: openslo/v1
kind: SLI
metadata: {name: accepted}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Supplyscope, spec: {kind: ratio, interface: orders, where: {tenant: north}}}}
    total: {metricSource: {metricSourceRef: ours, spec: {}}}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: ours}
spec: {type: Supplyscope}
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: fast}
spec: {severity: page, condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m}}
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: desk}
spec: {target: email}
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: fast-burn}
spec: {conditions: [{conditionRef: fast}], notificationTargets: [{targetRef: desk}]}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: orders, displayName: Orders}
spec:
  service: purchasing
  budgetingMethod: RatioTimeslices
  timeWindow: [{duration: 1Q, isRolling: true}]
  alertPolicies: [{alertPolicyRef: fast-burn}]
  objectives:
    - {displayName: accepted, targetPercent: 99.5, timeSliceWindow: 5m, indicatorRef: accepted, compositeWeight: 2}
    - displayName: short queue
      op: lte
      value: 200
      target: 0.9
      timeSliceWindow: 5m
      compositeWeight: 1
      indicator:
        metadata: {name: depth}
        spec: {thresholdMetric: {metricSource: {type: Supplyscope, spec: {kind: threshold, queue: orders.in, measure: depth}}}}
supplyscope: {owner: team, party: supplier, no_data: exclude, severity: critical}
"""


def test_documents_references_and_the_extension_block(tmp_path: Path) -> None:
    ratio, depth, whole = _load(tmp_path, SEVERAL).slas
    assert isinstance(ratio, RatioSla)
    assert isinstance(depth, ThresholdSla)
    assert isinstance(whole, CompositeSla)
    assert (ratio.id, ratio.name, ratio.target, ratio.where) == ("orders-1", "Orders: accepted", 0.995, {"tenant": "north"})
    assert (ratio.window, ratio.slice_length, ratio.budgeting) == (
        timedelta(days=90),
        timedelta(minutes=5),
        Budgeting.RATIO_TIMESLICES,
    )
    assert (ratio.owner, ratio.party, ratio.no_data.value, ratio.severity.value) == ("team", "supplier", "exclude", "critical")
    (tier,) = ratio.tiers
    assert (tier.long, tier.short, tier.factor, tier.urgency) == (timedelta(hours=1), timedelta(minutes=5), 14.4, Urgency.PAGE)
    assert (depth.queue, depth.at_most) == ("orders.in", 200)
    assert [(part.sla, part.weight) for part in whole.parts] == [("orders-1", 2), ("orders-2", 1)]


PLAIN = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: up}
spec:
  service: web
  budgetingMethod: Occurrences
  objectives: [{target: 0.9}]
  indicator: {metadata: {name: i}, spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: up}}}}}
"""


def test_a_plain_file_is_kept_and_said_not_to_be_measured(tmp_path: Path) -> None:
    (sla,) = _load(tmp_path, PLAIN).slas
    assert isinstance(sla, ExternalSla)
    assert (sla.sources, sla.queries, sla.owner, sla.window) == (("Prometheus",), ("up",), "", timedelta(days=30))


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("timeSliceWindow: 5m, indicatorRef", "indicatorRef", "timeSliceWindow"),
        ("targetRef: desk", "targetRef: nobody", "AlertNotificationTarget"),
        ("conditionRef: fast", "conditionRef: slow", "AlertCondition"),
        ("alertPolicyRef: fast-burn", "alertPolicyRef: none", "AlertPolicy"),
        ("interface: orders", "interface: nothing", "interface"),
        ("metadata: {name: orders,", "metadata: {name: my orders,", "name for an SLO"),
        ("duration: 1Q", "duration: quarter", "duration"),
        ("isRolling: true", "isRolling: false", "neither rolling nor aligned"),
        ("targetPercent: 99.5, ", "", "target"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(wrong: str, right: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "network.yaml").write_text(NETWORK)
    (tmp_path / "slos.yaml").write_text(SEVERAL.replace(wrong, right))
    problems = check(tmp_path).problems
    assert problems
    assert any(said in str(problem) and problem.line and problem.file.endswith("slos.yaml") for problem in problems), problems
