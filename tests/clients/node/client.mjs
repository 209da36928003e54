// The OpenTelemetry SDK for Node: one trace of two spans, one log record, one counter, one histogram.
// node client.mjs <json|proto|grpc> <endpoint>
import { createRequire } from "node:module";

// Packages are installed in a folder of the test run, not beside this file.
const require = createRequire(`${process.env.SUPPLYSCOPE_NODE_PACKAGES}/package.json`);
const { trace, context, SpanKind, SpanStatusCode } = require("@opentelemetry/api");
const { resourceFromAttributes } = require("@opentelemetry/resources");
const { BasicTracerProvider, BatchSpanProcessor } = require("@opentelemetry/sdk-trace-base");
const { LoggerProvider, BatchLogRecordProcessor } = require("@opentelemetry/sdk-logs");
const { MeterProvider, PeriodicExportingMetricReader } = require("@opentelemetry/sdk-metrics");

const [transport, endpoint] = process.argv.slice(2);
const kind = { json: "http", proto: "proto", grpc: "grpc" }[transport];
const url = (signal) => (transport === "grpc" ? endpoint : `${endpoint}/v1/${signal}`);
const exporter = (signal, name) => {
  const found = require(`@opentelemetry/exporter-${signal === "traces" ? "trace" : signal}-otlp-${kind}`);
  return new found[name]({ url: url(signal) });
};
const resource = resourceFromAttributes({ "service.name": "gateway", "interface.id": "erp-price-load", tags: ["a", "b"] });

const traces = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter("traces", "OTLPTraceExporter"))] });
const logs = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor(exporter("logs", "OTLPLogExporter"))] });
if (logs.addLogRecordProcessor) {
  logs.addLogRecordProcessor(new BatchLogRecordProcessor(exporter("logs", "OTLPLogExporter")));
}
const reader = new PeriodicExportingMetricReader({ exporter: exporter("metrics", "OTLPMetricExporter"), exportIntervalMillis: 600000 });
const metrics = new MeterProvider({ resource, readers: [reader] });

const tracer = traces.getTracer("test", "1.2");
const outer = tracer.startSpan("outer", { kind: SpanKind.SERVER, attributes: { n: 7, ratio: 0.25, ok: false, lines: [1, 2] } });
const inner = tracer.startSpan("inner", {}, trace.setSpan(context.active(), outer));
inner.recordException(new Error("No mapping for item 40-1"));
inner.setStatus({ code: SpanStatusCode.ERROR, message: "refused" });
inner.end();
outer.end();
logs.getLogger("test").emit({ severityNumber: 13, severityText: "WARN", body: { order: "4500012345", lines: [1, null] }, attributes: { n: 1 } });
const meter = metrics.getMeter("test");
meter.createCounter("orders", { unit: "{order}" }).add(3, { facility: "H07" });
meter.createHistogram("size", { unit: "By" }).record(12.5);

await Promise.all([traces.forceFlush(), logs.forceFlush(), metrics.forceFlush()]);
await Promise.all([traces.shutdown(), logs.shutdown(), metrics.shutdown()]);
