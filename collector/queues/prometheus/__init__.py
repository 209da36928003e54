"""Any exporter in the Prometheus or OpenMetrics format."""

from collector.queues.kind import Kind
from collector.queues.poller import Poller, Setup
from collector.queues.prometheus.config import PrometheusSettings


def _build(setup: Setup) -> Poller:
    from collector.queues.prometheus.poller import PrometheusPoller

    return PrometheusPoller(setup)


KIND = Kind(PrometheusSettings, _build)
