"""Options several commands share, spelled once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "hospital_network"

Server = Annotated[str, typer.Option("--server", envvar="SUPPLYSCOPE_SERVER", help="Address of the running server.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else there.")]
Days = Annotated[float, typer.Option("--days", min=0.01, help="How far back to look, in days.")]
FacilityOption = Annotated[str | None, typer.Option("--facility", help="One facility; all without it.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most this many rows.")]
Data = Annotated[Path, typer.Option("--data", envvar="SUPPLYSCOPE_DATA", help="Folder of everything stored.")]
Config = Annotated[Path, typer.Option("--config", envvar="SUPPLYSCOPE_CONFIG", help="Folder of the YAML configuration.")]
Host = Annotated[
    str,
    typer.Option(
        "--host", envvar="SUPPLYSCOPE_HOST", help="Address to listen on; beyond loopback a key and a password are needed."
    ),
]
Port = Annotated[
    int, typer.Option("--port", envvar="SUPPLYSCOPE_PORT", min=0, max=65535, help="Pages and API; 0 picks a free port.")
]
OtlpPort = Annotated[
    int,
    typer.Option(
        "--otlp-http-port", envvar="SUPPLYSCOPE_OTLP_HTTP_PORT", min=0, max=65535, help="OTLP over HTTP; 0 picks a free port."
    ),
]
OtlpGrpcPort = Annotated[
    int | None,
    typer.Option(
        "--otlp-grpc-port",
        envvar="SUPPLYSCOPE_OTLP_GRPC_PORT",
        min=0,
        max=65535,
        help="OTLP over gRPC; 4317 without it, 0 picks a free port.",
    ),
]
Roles = Annotated[
    str, typer.Option("--roles", envvar="SUPPLYSCOPE_ROLES", help="collector,scheduler,dashboard: which of them this process is.")
]
DEFAULT_SERVER = "http://127.0.0.1:8080"


def since(days: float) -> str:
    """The instant `days` ago, as the API reads it."""
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() - days * 86400, UTC).isoformat()
