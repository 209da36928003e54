"""What becomes of a file once it is dealt with."""

from __future__ import annotations

import shutil
from pathlib import Path

import structlog

from collector.files.candidates import Found
from domain.files import WatchedFolder

_log = structlog.get_logger(__name__)


def put_away(folder: WatchedFolder, found: Found, outcome: str) -> None:
    """Keep, move or delete it as configured; one that failed is never deleted. A drive that refuses is logged, not raised:
    the file is known by its content and not read again.
    """
    if folder.after == "keep":
        return
    try:
        if folder.after == "delete" and outcome == "read":
            found.path.unlink(missing_ok=True)
            return
        target = Path(folder.path) / (folder.done if outcome == "read" else folder.failed)
        target.mkdir(parents=True, exist_ok=True)
        shutil.move(found.path, _free(target / found.path.name))
    except OSError as error:
        _log.warning("file stays where it is", folder=folder.id, file=found.path.name, error=error.strerror)


def _free(target: Path) -> Path:
    """`target`, or the same with a number where another file has the name."""
    numbered = target
    number = 1
    while numbered.exists():
        numbered = target.with_name(f"{target.stem}.{number}{target.suffix}")
        number += 1
    return numbered
