"""`supplyscope serve`, with one guard left out when asked: only the benchmark can do that."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from server.cli import main
from store import masking
from store.mask_rules import MaskRules


def without_keys() -> None:
    os.environ.pop("SUPPLYSCOPE_INGEST_KEY", None)


def without_masks() -> None:
    masking.mask_rules = lambda _: MaskRules((), (), ())


def without_journal_sync() -> None:
    os.fsync = lambda _: None


LEFT_OUT: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "keys": without_keys,
    "masks": without_masks,
    "journal_sync": without_journal_sync,
}

if __name__ == "__main__":
    position = sys.argv.index("--without")
    guard = sys.argv[position + 1]
    del sys.argv[position : position + 2]
    LEFT_OUT[guard]()
    sys.argv[1:1] = ["serve"]
    main()
