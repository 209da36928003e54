"""The three OTLP signals on their way in, each with a way of its own."""

from __future__ import annotations

from concurrent.futures import Future

from collector.limits import Limits
from collector.otlp.request import Look, OtlpRequest, check
from collector.otlp.signals import FORMS
from collector.otlp.sink import OtlpSink
from collector.way import Way
from collector.writer import Keeping
from domain.intake import Signal


class OtlpIntake:
    """Same lifecycle as Way."""

    def __init__(self, keeping: Keeping, limits: Limits) -> None:
        self._most_attributes = limits.attributes
        self._ways: dict[Signal, Way[OtlpRequest]] = {signal: Way(OtlpSink(signal), keeping, limits) for signal in FORMS}

    @property
    def waiting_bytes(self) -> int:
        return sum(way.waiting_bytes for way in self._ways.values())

    def start(self) -> None:
        for way in self._ways.values():
            way.start()

    def stop(self) -> None:
        for way in self._ways.values():
            way.stop()

    def take(
        self, signal: Signal, body: bytes, received: int, *, json: bool = False, look: Look | None = None
    ) -> tuple[OtlpRequest, Future[None] | None]:
        """The checked request, and the future of its commit; None when the same bytes are stored already."""
        request = check(body, received, signal, json=json, most_attributes=self._most_attributes, look=look)
        if self._ways[signal].remembers(request.digest):
            return request, None
        return request, self._ways[signal].submit(request)
