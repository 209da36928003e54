"""Building blocks every configured type shares."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class Configured(BaseModel):
    """A frozen value read from configuration; an unknown key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def parse_duration(value: Any) -> Any:
    """Read "90s", "4h" or "1d 12h" as a timedelta; raise ValueError naming the accepted form."""
    if isinstance(value, timedelta):
        return value
    text = str(value).strip()
    if not text or _DURATION.sub("", text).strip():
        raise ValueError(f'"{text}" is not a duration; write for example 30s, 15m, 4h, 2d or 1d 12h')
    try:
        return timedelta(seconds=sum(float(n) * _SECONDS[unit] for n, unit in _DURATION.findall(text)))
    except OverflowError:
        raise ValueError(f'"{text}" is not a duration: it is too long; write for example 4h or 2d') from None


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}$")]
