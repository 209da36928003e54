"""Moments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from server.commands.output import fail


def moment(option: str, text: str, *, is_neither: str = "is no moment with a zone; write for example") -> datetime:
    """The moment in UTC; one that cannot be read or has no offset is refused with exit status 2."""
    at: datetime | None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        fail(f'{option} "{text}" {is_neither} 2026-11-26T02:00:00-06:00')
        raise typer.Exit(2)
    return at.astimezone(UTC)
