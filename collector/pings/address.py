"""What the address of a ping says (https://healthchecks.io/docs/http_api/)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

from collector.refusals import Refused

Signal = Literal["success", "start", "fail", "log"]
_SIGNALS: dict[str, Signal] = {"start": "start", "fail": "fail", "log": "log"}
_FORM = "/ping/<job>[/start|/fail|/log|/<exit code>], or with a key /ping/<key>/<job>[/…]"


@dataclass(frozen=True, slots=True)
class Address:
    """key: the ingest key in the path, None without. exit_code: as given, None without; 0 is success, any other a failure."""

    job: str
    signal: Signal
    key: str | None = None
    exit_code: int | None = None


def address(path: str) -> Address:
    """Reads what follows /ping/. Refused 400 for an exit code above 255, 404 for an address of another form."""
    parts = path.rstrip("/").split("/")
    signal: Signal = "success"
    exit_code = None
    if len(parts) > 1 and parts[-1] in _SIGNALS:
        signal = _SIGNALS[parts.pop()]
    elif len(parts) > 1 and parts[-1].isascii() and parts[-1].isdigit():
        exit_code = _exit_code(parts.pop())
        signal = "fail" if exit_code else "success"
    if not all(parts) or not 1 <= len(parts) <= 2:
        raise Refused(404, "no_such_ping", f"A ping has the form {_FORM}")
    if len(parts[-1]) > 512:
        raise Refused(404, "no_such_ping", "The job's name is longer than 512 characters")
    return Address(parts[-1], signal, parts[0] if len(parts) == 2 else None, exit_code)


def run_id(value: str | None) -> str | None:
    """The run as the canonical text of its UUID, None without. Refused 400 for anything else."""
    if value is None:
        return None
    try:
        found = uuid.UUID(value)
    except ValueError as error:
        raise Refused(400, "bad_rid", f'rid is "{value[:80]}"; give a UUID, for example {uuid.UUID(int=0)}') from error
    if str(found) != value.lower():
        raise Refused(400, "bad_rid", f'rid is "{value[:80]}"; write the UUID with its dashes, as {found}')
    return str(found)


def _exit_code(digits: str) -> int:
    if len(digits) > 6 or int(digits) > 255:
        raise Refused(400, "bad_exit_code", f"{digits[:20]} is no exit code; send 0 to 255")
    return int(digits)
