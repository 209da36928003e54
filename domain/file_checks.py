"""What a single watched folder or batch mapping can get wrong."""

from __future__ import annotations

import codecs
from pathlib import PurePath
from zoneinfo import ZoneInfo

import jsonpath

from domain.batch_mappings import BatchMapping
from domain.files import WatchedFolder
from domain.source import Place, Source


def check_watched_folder(source: Source, place: Place, entry: WatchedFolder) -> None:
    """A relative folder would depend on where the server was started; the rest is meaning the types cannot carry."""
    if not PurePath(entry.path).is_absolute():
        source.problem((*place, "path"), "is not an absolute path", "Write it from the root, for example /srv/in/price-load")
    if entry.encoding is not None and not _known(entry.encoding):
        source.problem((*place, "encoding"), "is not a text encoding", "Write for example utf-8 or cp1252, or leave it out")
    if entry.reader == "manifest" and entry.mapping is None:
        source.problem((*place, "mapping"), "is missing", "Name one of batch_mappings: it says what the columns mean")
    if entry.reader != "manifest" and entry.mapping is not None:
        source.problem((*place, "mapping"), f"is not used by the reader {entry.reader}", "Remove it, or write reader: manifest")
    if entry.zone is not None:
        check_zone(source, (*place, "zone"), entry.zone)
    for name in ("done", "failed"):
        if PurePath(getattr(entry, name)) == PurePath():
            source.problem((*place, name), "is the watched folder itself", f"Write another folder, for example {name}")
    if PurePath(entry.done) == PurePath(entry.failed):
        source.problem((*place, "failed"), "is the same folder as done", "Keep unreadable files apart, for example in failed")
    if entry.glob.startswith("/") or ".." in PurePath(entry.glob).parts:
        source.problem((*place, "glob"), "leaves the watched folder", "Write a pattern below path, for example *.json")


def _known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def check_batch_mapping(source: Source, place: Place, entry: BatchMapping) -> None:
    """Paths that are none, a layout that leads nowhere."""
    check_zone(source, (*place, "zone"), entry.zone)
    if not entry.run and not entry.record:
        source.problem(place, "reads nothing", "Say under run or record which column or path gives what")
    if entry.rejected and "status" not in entry.record:
        source.problem((*place, "rejected"), "is compared with no status", "Add record: {status: …}, or remove rejected")
    if entry.delimiter is not None and len(entry.delimiter) != 1:
        source.problem((*place, "delimiter"), "is not one character", 'Write for example ";" or "\\t"')
    if entry.format == "json":
        for field in ("runs", "records"):
            check_path(source, (*place, field), getattr(entry, field))
        for part, fields in (("run", entry.run), ("record", entry.record)):
            for name, value in fields.items():
                if isinstance(value, str):
                    check_path(source, (*place, part, name), value)


def check_path(source: Source, place: Place, path: str) -> bool:
    """Whether it begins with $ and can be read."""
    try:
        jsonpath.compile(path)
    except (jsonpath.JSONPathError, RecursionError, ValueError) as error:
        source.problem(place, f"is not a JSON path: {str(error).splitlines()[0]}", "Write for example $.data.lines[*].item")
        return False
    if not path.startswith("$"):
        source.problem(place, "is not a JSON path", f"Begin it with $, for example $.{path.lstrip('@./$')}")
    return path.startswith("$")


def check_zone(source: Source, place: Place, name: str) -> None:
    """An IANA name that this machine knows."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        source.problem(place, "is not a time zone", "Write an IANA name, for example America/Chicago")
