"""Readers of batch results, a folder per format with its README and example."""

from __future__ import annotations

from collections.abc import Mapping

from collector.files.reader import FileReader

# Kind, as in POST /v1/batches/<kind> and watched_folders → its reader.
BATCH_READERS: Mapping[str, FileReader] = {}
