"""How each OTLP signal enters the engine: its table of kind Null, and the part of its protobuf schema that the views read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class OtlpFormat:
    """`message` is the name of the request's message in `schema`."""

    table: str
    message: str
    schema: str

    def settings(self) -> Mapping[str, Any]:
        """Settings of an INSERT of length-prefixed requests. With presence, absent, '', 0 and false stay apart.

        Rows of one key are not merged within the INSERT: merging later costs less, and readers expect several anyway.
        """
        return {
            "format_schema_source": "string",
            "format_schema": self.schema,
            "format_schema_message_name": self.message,
            "input_format_protobuf_oneof_presence": 1,
            "optimize_on_insert": 0,
            "parallel_view_processing": 1,
            "max_threads": 2,
        }


def _format(table: str, message: str, file: str) -> OtlpFormat:
    return OtlpFormat(table, message, (_FOLDER / file).read_text())


FORMATS: Mapping[str, OtlpFormat] = {
    "traces": _format("otlp_traces", "Traces", "otlp_schema.proto"),
    "logs": _format("otlp_logs", "Logs", "otlp_logs.proto"),
    "metrics": _format("otlp_metrics", "Metrics", "otlp_metrics.proto"),
}
