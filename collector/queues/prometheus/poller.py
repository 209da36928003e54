"""Scrapes an exporter and reads the mapped metrics as queues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from prometheus_client.samples import Sample

from collector.http_client import HttpClient
from collector.queues.poller import PollFailed, QueueReading, Setup
from collector.queues.prometheus.config import LABEL, MetricMapping, PrometheusSettings
from collector.queues.prometheus.parse import ACCEPT, named, samples
from collector.queues.prometheus.presets import PRESETS
from collector.queues.rates import Rates

_COUNTED = frozenset({"depth", "in_flight", "consumers", "dead_letters", "capacity"})


class PrometheusPoller:
    """One scrape per sample. A queue's figures are of the newest timestamp its exporter gives, else of the scrape."""

    def __init__(self, setup: Setup) -> None:
        settings: PrometheusSettings = setup.settings
        self._settings = settings
        self._broker = setup.id
        self._client = HttpClient(settings, setup.timeout, setup.environment)
        self._clock = setup.clock
        self._rates = Rates()
        self._mappings = [*settings.metrics, *(m for preset in settings.presets for m in PRESETS[preset])]
        self._names = frozenset(m.metric for m in self._mappings)

    def close(self) -> None:
        self._client.close()

    def sample(self) -> Sequence[QueueReading]:
        answer = self._client.request("GET", "", params=dict(self._settings.params), headers={"Accept": ACCEPT})
        at = self._clock()
        figures: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        times: dict[tuple[str, str], datetime] = {}
        try:
            for sample in samples(answer.text, answer.content_type, self._names):
                self._read(sample, at, figures, times)
        except ValueError as error:
            raise PollFailed(
                f"{self._client.url} answered {answer.content_type} that is no exporter's; check the path"
            ) from error
        if not figures:
            wanted = ", ".join(sorted(self._names)[:4])
            raise PollFailed(f"{self._client.url} has none of the mapped metrics ({wanted}, …); check url, presets and metrics")
        return [_reading(key, found, times.get(key)) for key, found in figures.items() if self._wanted(key[0])]

    def _read(
        self,
        sample: Sample,
        at: datetime,
        figures: Mapping[tuple[str, str], dict[str, float]],
        times: dict[tuple[str, str], datetime],
    ) -> None:
        for mapping in self._mappings:
            key = self._key(sample, mapping)
            if key is None:
                continue
            told = datetime.fromtimestamp(float(sample.timestamp), UTC) if sample.timestamp else None
            value = self._value(sample, mapping, told or at)
            found = figures[key]
            if told is not None:
                times[key] = max(told, times.get(key, told))
            if value is not None:
                before = found.get(mapping.figure)
                both = (value,) if before is None else (before, value)
                found[mapping.figure] = sum(both) if mapping.combined_by == "sum" else max(both)

    def _key(self, sample: Sample, mapping: MetricMapping) -> tuple[str, str] | None:
        """Queue and broker; None when the sample is another's, or lacks the label that names its queue."""
        labels = sample.labels
        if not named(sample, mapping.metric):
            return None
        if not all(fnmatchcase(labels.get(name, ""), pattern) for name, pattern in mapping.labels.items()):
            return None
        queue = _filled(mapping.queue, labels)
        return (queue, _filled(mapping.broker or "", labels) or self._broker) if queue else None

    def _value(self, sample: Sample, mapping: MetricMapping, at: datetime) -> float | None:
        """Below 0 is how some exporters write that they do not know."""
        if mapping.read_as == "counter":
            series = (sample.name, tuple(sorted(sample.labels.items())), mapping.figure)
            rate = self._rates.per_second(series, sample.value, at)
            return None if rate is None else rate * mapping.scale
        if mapping.read_as == "timestamp":
            stamp = sample.value * mapping.scale
            return max(0.0, at.timestamp() - stamp) if stamp > 0 else None
        return sample.value * mapping.scale if sample.value >= 0 else None

    def _wanted(self, queue: str) -> bool:
        settings = self._settings
        return any(fnmatchcase(queue, p) for p in settings.queues) and not any(fnmatchcase(queue, p) for p in settings.exclude)


def _filled(template: str, labels: Mapping[str, str]) -> str:
    """ "" when a label the template names is absent or empty."""
    if any(not labels.get(name) for name in LABEL.findall(template)):
        return ""
    return LABEL.sub(lambda found: labels[found[1]], template)


def _reading(key: tuple[str, str], found: Mapping[str, float], time: datetime | None) -> QueueReading:
    figures: dict[str, Any] = {name: round(value) if name in _COUNTED else value for name, value in found.items()}
    return QueueReading(*key, time=time, **figures)
