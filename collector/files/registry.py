"""Which reader reads which kind of file."""

from __future__ import annotations

from collections.abc import Mapping

from collector.batches.readers import BATCH_READERS
from collector.edi.reader import X12Reader
from collector.files.reader import FileReader

# Kind, as watched_folders name it → its reader.
READERS: Mapping[str, FileReader] = {**BATCH_READERS, "x12": X12Reader()}
