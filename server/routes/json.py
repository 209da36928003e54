"""One way to turn answers into JSON."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response
from pydantic import TypeAdapter

_ANY: TypeAdapter[Any] = TypeAdapter(Any)


class Answer(Response):
    """Dataclasses, times (ISO 8601, UTC), Decimals (as text, exact) and bytes (hex) as JSON."""

    media_type = "application/json"

    def __init__(self, content: Any, status_code: int = 200) -> None:
        super().__init__(_ANY.dump_json(content), status_code)
