"""What masks keep out of the store, and what others would: over HTTP."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from collector.masking import Masks
from domain.base import Configured
from domain.configuration import Configuration
from domain.flows import KeyType
from domain.masking import Mask
from server.routes.json import Answer
from server.runtime import Runtime
from store.masked import masked_values, would_mask

router = APIRouter(prefix="/api/v1/masks", tags=["configuration"])
Since = Annotated[float, Query(ge=0, le=24 * 400, description="hours back from now")]


class Tried(Configured):
    """Masks to try, None: those in force; `key_types` whose values they must leave alone, None: those in force. `texts` are tried beside what is stored."""

    masks: tuple[Mask, ...] | None = None
    key_types: tuple[KeyType, ...] | None = None
    texts: tuple[str, ...] = ()


@router.get("")
def show(request: Request, hours: Since = 24.0) -> Answer:
    """Values masked before they were stored, by mask and interface; most first."""
    runtime: Runtime = request.app.state.runtime
    start = datetime.now(UTC) - timedelta(hours=hours)
    return Answer({"since": start, "masks": masked_values(runtime.store, start)})


@router.post("/dry-run")
def dry_run(request: Request, tried: Tried, hours: Since = 24.0) -> Answer:
    """What the masks would find in what is stored (mask, place, values, one masked form), and what becomes of each of `texts`."""
    runtime: Runtime = request.app.state.runtime
    start = datetime.now(UTC) - timedelta(hours=hours)
    configuration = _with(runtime.configuration, tried)
    masks = Masks(configuration)
    texts: list[dict[str, Any]] = [dataclasses.asdict(masks.text(text)) for text in tried.texts]
    return Answer({"since": start, "masks": would_mask(runtime.store, configuration, start), "texts": texts})


def _with(live: Configuration, tried: Tried) -> Configuration:
    chosen = {name: value for name in ("masks", "key_types") if (value := getattr(tried, name)) is not None}
    return live.model_copy(update=chosen)
