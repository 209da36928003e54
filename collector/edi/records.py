"""The record of what passed: a row per interchange and per transaction set. Control numbers and keys, never content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collector.edi.document import Document, Surroundings
from collector.edi.headers import Interchange
from collector.edi.problems import EdiProblem
from domain.edi import EdiPartner

_MOST_PROBLEMS = 50


def interchange_row(
    interchange: Interchange,
    around: Surroundings,
    direction: str,
    partner: EdiPartner | None,
    digest: bytes,
    problems: Sequence[EdiProblem],
    segments: int,
    sent: datetime,
) -> dict[str, Any]:
    return {
        "sender": interchange.sender, "receiver": interchange.receiver, "interchange_control": interchange.number, "digest": digest,
        "direction": direction, "partner": partner.id if partner else "", "version": interchange.version,
        "test": int(interchange.test), "time": sent, "groups": interchange.groups, "sets": interchange.sets, "segments": segments,
        "problems": [f"{problem.code}: {problem}" for problem in problems[:_MOST_PROBLEMS]], "problem_count": len(problems),
        "source": around.source, "received": around.received,
    }  # fmt: skip


def document_row(document: Document, has_reader: bool, failure: EdiProblem | None) -> dict[str, Any]:
    """`reading` is failed, read, or skipped where no reader exists for the set."""
    interchange, group, header = document.interchange, document.group, document.header
    milestones = document.around.milestones
    issued = {
        name: authority or milestones.authority(name[0], document.supplier_id, document.partner)
        for name, authority in document.keys.items()
    }
    return {
        "sender": interchange.sender, "receiver": interchange.receiver, "interchange_control": interchange.number,
        "group_control": group.number if group else "", "set_control": header.number, "set_id": header.set_id,
        "functional_id": group.functional_id if group else "", "version": header.version or (group.version if group else interchange.version),
        "digest": document.digest.digest(), "direction": document.direction,
        "partner": document.partner.id if document.partner else "", "interface_id": document.interface_id,
        "facility_id": document.facility_id, "supplier_id": document.supplier_id, "test": int(interchange.test),
        "time": document.sent, "reading": "failed" if failure else "read" if has_reader else "skipped",
        "reason": f"{failure.code}: {failure.message}" if failure else "", "segment": (failure.position if failure else header.opened).segment,
        "segments": header.segments, "document_code": document.code[:40], "key_types": [name[0] for name in issued],
        "key_authorities": list(issued.values()), "key_values": [name[1] for name in issued],
        "interchange_key": interchange.key, "group_key": document.group_key if group else "",
        "set_key": document.set_key if group else "", "correlation_id": document.correlation_id, "source_id": "",
        "source": document.around.source, "received": document.around.received,
    }  # fmt: skip


def unreadable(document: Document, failure: EdiProblem) -> None:
    """A set that cannot be read is a failure at its interface."""
    header = document.header
    keys = dict(tuple(document.keys))
    message = (
        f"{header.set_id} {header.number} of interchange {document.interchange.number} cannot be read as X12: "
        f"{failure.message} ({failure.position})."
    )
    document.failure(f"x12:{failure.code}", message, ":unreadable", keys)
