"""OTLP requests enter the store as one INSERT of their bytes; views unnest them (ADR 0001)."""

from __future__ import annotations

from collections.abc import Sequence

from collector.otlp import cleaning
from collector.otlp.request import OtlpRequest
from collector.spool.segment import Kept
from domain.intake import Signal
from store.store import Store


class OtlpSink:
    def __init__(self, signal: Signal) -> None:
        self.kind = signal.value

    def keep(self, item: OtlpRequest) -> Kept:
        return Kept(item.framed, item.digest, item.records)

    def convert(self, store: Store, requests: Sequence[Kept]) -> None:
        """Nothing to convert: the engine reads the bytes."""

    def insert(self, store: Store, requests: Sequence[Kept], token: str, sequence: int) -> None:
        cleaning.insert(store, Signal(self.kind), [kept.payload for kept in requests], token, sequence)
