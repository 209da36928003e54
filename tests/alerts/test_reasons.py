"""Reasons as metrics name them: few, whatever the cases."""

from __future__ import annotations

import pytest

from alerts.reasons import name_of


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ("first notification", "first notification"),
        ('inhibited by "SLA x" (open-breach)', "inhibited by"),
        ("throttled (burst): one of 3 of its class", "throttled"),
        ("silenced by S-1 until 15:00", "silenced by S-"),
        ("new alerts: 3", "new alerts"),
        ("severity rises from info to critical", "severity rises"),
        ("merged into storm I-0123456789", "merged into storm"),
        ("waits for its group until 15:00:30 UTC", "waits for its group until"),
        ("storm: 30 subjects share one cause", "storm"),
        ("nobody is told: no route matches", "nobody is told"),
        ("under maintenance: ERP upgrade", "under maintenance"),
    ],
)
def test_the_name_of_a_reason(reason: str, name: str) -> None:
    assert name_of(reason) == name
