"""The two facts a breach consists of, as rows. They are written once and never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from analytics.context import Context

Fact = dict[str, Any]


def opened(
    context: Context, breach: Mapping[str, Any], at: datetime, reason: str, evidence: Sequence[str], attributes: Mapping[str, str]
) -> Fact:
    """`breach` has breach_id, sla_id, generation, subject and facility_id; `at` is when it became true."""
    said = {name: value for name, value in attributes.items() if value}
    return _fact(context, "opened", breach, at, reason) | {"evidence": list(evidence), "attributes": said}


def closed(context: Context, breach: Mapping[str, Any], at: datetime, reason: str, *, withdrawn: bool = False) -> Fact:
    """`withdrawn`: it should not have been opened, as evidence that came later shows."""
    attributes = {"withdrawn": "true"} if withdrawn else {}
    return _fact(context, "closed", breach, at, reason) | {"evidence": [], "attributes": attributes}


def _fact(context: Context, kind: str, breach: Mapping[str, Any], at: datetime, reason: str) -> Fact:
    identity = {name: breach[name] for name in ("breach_id", "sla_id", "generation", "subject", "facility_id")}
    return {**identity, "fact": kind, "at": at, "detected": context.now, "reason": reason}
