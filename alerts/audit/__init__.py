"""The audit log: one question over every record of what people and the platform did, and its way into a SIEM."""

from alerts.audit.record import Entry, Position, as_line, audit, note, pages

__all__ = ["Entry", "Position", "as_line", "audit", "note", "pages"]
