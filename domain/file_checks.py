"""What a single watched folder can get wrong."""

from __future__ import annotations

import codecs
from pathlib import PurePath

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
