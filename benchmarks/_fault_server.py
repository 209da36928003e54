"""`supplyscope serve` whole, pages and all, to be killed; with two questions more.

python -m benchmarks._fault_server PORT DATA [ENGINE_PORT]
"""

from __future__ import annotations

import os
import sys

from fastapi import FastAPI

from benchmarks._fault_questions import questions
from server import serving
from server.app import create_app
from server.cli import main
from server.commands.options import EXAMPLE
from server.runtime import Runtime


def _with_questions(runtime: Runtime) -> FastAPI:
    app = create_app(runtime)
    app.router.routes[:0] = questions(runtime.collector).routes  # before the pages, which answer every address
    return app


def run() -> None:
    port, data, *engine = sys.argv[1:]
    # Its own telemetry would arrive in the middle of a recount.
    os.environ["SUPPLYSCOPE_TELEMETRY"] = "off"
    if engine:
        os.environ |= {"SUPPLYSCOPE_CLICKHOUSE_HOST": "127.0.0.1", "SUPPLYSCOPE_CLICKHOUSE_PORT": engine[0]}
    serving.create_app = _with_questions
    sys.argv = ["supplyscope", "serve", "--data", data, "--config", str(EXAMPLE), "--port", port,
                "--otlp-http-port", "0", "--otlp-grpc-port", "0"]  # fmt: skip
    main()


if __name__ == "__main__":
    run()
