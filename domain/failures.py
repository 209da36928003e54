"""What can go wrong: failure classes and the ordered rules that tell them apart."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from domain.base import Configured, Duration, Identifier
from domain.slas import Severity

QUIET_AFTER = timedelta(days=1)


class FailureClass(Configured):
    """A kind of failure with its usual owner and remedy. `opens_incident` failures are alerted on.

    `transient` failures pass by themselves (a time-out): one that names no object is over when its operation next succeeds.
    Others are errors in data; one that names no object is over when nothing failed that way for `quiet_after`.
    """

    id: Identifier
    name: str
    owner: Identifier
    remedy: str
    runbook: str | None = None
    severity: Severity = Severity.WARNING
    opens_incident: bool = False
    transient: bool = False
    quiet_after: Duration = QUIET_AFTER


class FailureRule(Configured):
    """First rule whose every given condition holds decides the class.

    `pattern` is an RE2 expression searched in the message; a named group item, supplier, contract, facility,
    purchase_order or invoice extracts the object when no attribute names it.
    """

    id: Identifier
    failure_class: Identifier
    interface: Identifier | None = None
    code: str | None = None
    pattern: str | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
