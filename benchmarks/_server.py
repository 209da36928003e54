"""`supplyscope serve`, with one guard left out when asked: only the benchmark can do that."""

from __future__ import annotations

import sys
from collections.abc import Callable

from server.cli import main


def without_keys() -> None:
    import os

    os.environ.pop("SUPPLYSCOPE_INGEST_KEY", None)


LEFT_OUT: dict[str, Callable[[], None]] = {"": lambda: None, "keys": without_keys}

if __name__ == "__main__":
    position = sys.argv.index("--without")
    guard = sys.argv[position + 1]
    del sys.argv[position : position + 2]
    LEFT_OUT[guard]()
    sys.argv[1:1] = ["serve"]
    main()
