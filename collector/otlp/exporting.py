"""What HTTP and gRPC share: an Export call from its body to its commit."""

from __future__ import annotations

import time
from functools import partial

from collector.collector import Collector
from collector.doors import checked, committed
from collector.otlp.request import OtlpRequest
from domain.intake import Signal


async def export(collector: Collector, signal: Signal, body: bytes, began: float, *, json: bool = False) -> OtlpRequest:
    """The request, once it is committed, and counted as acknowledged since `began` (monotonic seconds)."""
    taken, commit = await checked(len(body), partial(collector.take_otlp, json=json), signal, body)
    await committed(commit)
    if taken.rejected:
        collector.counters.refuse(signal.value, "partial")
    stored = taken.records if commit is not None else 0
    collector.counters.acknowledge(signal.value, stored, time.monotonic() - began, len(body))
    return taken
