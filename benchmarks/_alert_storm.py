"""Many alerts of one cause at once, through the pipeline as the scheduler runs it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.conditions.condition import Condition
from alerts.incidents import Incident, IncidentState
from alerts.journal import INCIDENT
from alerts.pipeline import Surroundings, Tally, run
from benchmarks._alert_network import network
from domain.configuration import Configuration
from domain.slas import Severity

_STEP = timedelta(seconds=5)
_MINUTES = 10
_BEGIN = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
_ONE = Condition(
    "failure|0", "contract K-0", Severity.CRITICAL, "no mapping", _BEGIN, _BEGIN, "on-call", "", "price-load", "mapping", "", "", ("H01",),
    ("K-0",), (), "",
)  # fmt: skip


def storm(alerts: int) -> dict[str, Any]:
    """messages_per_person: of the opening, ten minutes of it lasting, and its end; cpu_seconds: of the round that takes them in."""
    configuration = Configuration.model_validate({k: v for k, v in network("http://127.0.0.1:9", 25).items() if k != "alerting"})
    found = [replace(_ONE, condition_id=f"failure|{n}", subject=f"contract K-{n}", contracts=(f"K-{n}",)) for n in range(alerts)]
    incidents: dict[str, Incident] = {}
    told: Counter[str] = Counter()
    tally, looked, taken_in = Tally(), None, 0.0
    for turn in range(_MINUTES * 12 + 1):
        now = _BEGIN + turn * _STEP
        conditions = found if turn < _MINUTES * 12 else []
        states = {state: [i for i in incidents.values() if i.state is state] for state in IncidentState}
        begun = time.process_time()
        decisions = run(
            conditions,
            states[IncidentState.OPEN],
            Surroundings(configuration, now, looked, tally=tally),
            states[IncidentState.RESOLVED],
        )
        taken_in = taken_in or time.process_time() - begun
        for decision in decisions:
            kept = INCIDENT.validate_json(INCIDENT.dump_json(decision.incident))
            incidents[kept.incident_id] = kept
            told.update(target.channel for target in decision.targets)
        looked = now
    return {
        "alerts": alerts,
        "incidents": len(incidents),
        "messages_per_person": max(told.values(), default=0),
        "cpu_seconds": round(taken_in, 3),
        "all_ended": all(i.state is IncidentState.RESOLVED for i in incidents.values()),
    }
