"""A program outside the project: a contract activation, sent with the OpenTelemetry SDK, whose ERP load is refused.

Usage: python outside_program.py OTLP_URL CORRELATION_ID EXECUTED_UNIX_NANO
"""

from __future__ import annotations

import sys
import time

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode


def main() -> None:
    url, correlation, executed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    provider = TracerProvider(resource=Resource.create({"service.name": "integration-hub"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{url}/v1/traces")))
    tracer = provider.get_tracer("activation")
    line = {
        "correlation.id": correlation,
        "contract.id": "MS-7895",
        "facility.id": "H07",
        "supplier.id": "MEDSURG",
        "item.id": "40-2217",
    }

    signed = tracer.start_span(
        "contract.executed", start_time=executed - 10**9, attributes=line | {"interface.id": "clm-contract-events"}
    )
    signed.end(executed)
    received = tracer.start_span(
        "832 received",
        start_time=executed + 10**9,
        attributes=line
        | {"interface.id": "edi-832-price", "flow.name": "contract_activation", "milestone.name": "price_file_received"},
    )
    received.end(executed + 2 * 10**9)
    load = tracer.start_span(
        "load price",
        start_time=time.time_ns() - 10**9,
        attributes=line | {"interface.id": "erp-price-load", "error.code": "MAP-404"},
    )
    load.set_status(Status(StatusCode.ERROR, "No mapping for item 40-2217 at H07"))
    load.end(time.time_ns())
    provider.shutdown()


if __name__ == "__main__":
    main()
