"""`supplyscope serve`, to be killed: it says on standard output when it has decided and not yet recorded.

python -m benchmarks._alert_server PORT DATA CONFIG
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from alerts.journal import Journal
from server.cli import main

_record = Journal.record


def _said(self: Journal, decisions: Any, at: Any, *more: Any) -> None:
    if any(owed for _, owed in decisions):
        sys.stdout.write("DECIDED\n")
        sys.stdout.flush()
        time.sleep(0.02)  # wide enough for a killer to hit; the product does not wait
    _record(self, decisions, at, *more)
    if any(owed for _, owed in decisions):
        sys.stdout.write("RECORDED\n")
        sys.stdout.flush()


if __name__ == "__main__":
    port, data, config = sys.argv[1:]
    os.environ["SUPPLYSCOPE_TELEMETRY"] = "off"
    Journal.record = _said  # type: ignore[method-assign]
    sys.argv = [
        "supplyscope",
        "serve",
        "--data",
        data,
        "--config",
        config,
        "--port",
        port,
        "--otlp-http-port",
        "0",
        "--otlp-grpc-port",
        "0",
    ]
    main()
