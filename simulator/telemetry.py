"""Traces as real OpenTelemetry spans: one provider per service, random 128-bit ids from a seeded generator."""

from __future__ import annotations

import random
from collections.abc import Callable

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import Span as OpenSpan
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer, set_span_in_context

from simulator.signals import Span, Trace

_ROOT = Context()


class SeededIds(IdGenerator):
    """Random ids that come again when the same stretch of time is told again."""

    def __init__(self) -> None:
        self._random = random.Random()

    def restart(self, *about: object) -> None:
        self._random.seed("|".join(map(str, about)))

    def generate_span_id(self) -> int:
        return self._random.getrandbits(64) or 1

    def generate_trace_id(self) -> int:
        return self._random.getrandbits(128) or 1


class _Service(Resource):
    """The exporter groups spans by their resource; hashing it anew for each span costs a sixth of the encoding."""

    def __init__(self, name: str) -> None:
        super().__init__({"service.name": name, "deployment.environment.name": "simulated"})
        self._hash = super().__hash__()

    def __hash__(self) -> int:
        return self._hash


class _Collected(SpanProcessor):
    def __init__(self, take: Callable[[ReadableSpan], None]) -> None:
        self._take = take

    def on_end(self, span: ReadableSpan) -> None:
        self._take(span)


class Telemetry:
    """Says traces through the SDK; every ended span goes to `take`."""

    def __init__(self, take: Callable[[ReadableSpan], None]) -> None:
        self.ids = SeededIds()
        self._processor = _Collected(take)
        self._tracers: dict[str, Tracer] = {}

    def say(self, trace: Trace) -> None:
        opened: list[OpenSpan] = []
        for span in trace.spans:
            context = _ROOT if span.parent < 0 else set_span_in_context(opened[span.parent], _ROOT)
            opened.append(self._open(span, context))
        for span, told in zip(trace.spans, opened, strict=True):
            told.end(_nanoseconds(span.end))

    def _open(self, span: Span, context: Context) -> OpenSpan:
        tracer = self._tracers.get(span.service) or self._tracer(span.service)
        kind = SpanKind.SERVER if span.parent < 0 else SpanKind.CLIENT
        told = tracer.start_span(span.name, context, kind, span.attributes, start_time=_nanoseconds(span.start))
        if span.fault:
            told.set_attribute("error.code", span.fault.code)
            told.set_status(Status(StatusCode.ERROR, span.fault.message))
        return told

    def _tracer(self, service: str) -> Tracer:
        provider = TracerProvider(resource=_Service(service), id_generator=self.ids, shutdown_on_exit=False)
        provider.add_span_processor(self._processor)
        self._tracers[service] = provider.get_tracer("simulator")
        return self._tracers[service]


def _nanoseconds(at: float) -> int:
    return int(at * 1e9)
