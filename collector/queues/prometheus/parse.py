"""The text of an exporter as samples, by the official parsers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Set

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

ACCEPT = "application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=1"


def samples(text: str, content_type: str, names: Set[str]) -> Iterator[Sample]:
    """Samples called one of `names`, with or without _total; a figure that is not a number is unknown and left out.

    Raises ValueError where the text is not in the format. Lines of other metrics are not parsed: an exporter may have 100,000.
    """
    kept = "\n".join(line for line in text.splitlines() if _wanted(line, names)) + "\n"
    parse = openmetrics.text_string_to_metric_families if "openmetrics" in content_type else text_string_to_metric_families
    for family in parse(kept):
        for sample in family.samples:
            if math.isfinite(sample.value):
                yield sample


def named(sample: Sample, metric: str) -> bool:
    """The parsers add _total to a counter's name where its exporter leaves it out."""
    return bool(sample.name in (metric, f"{metric}_total"))


def _wanted(line: str, names: Set[str]) -> bool:
    if line.startswith("#"):
        words = line.split(" ", 3)
        return len(words) < 3 or words[2] in names or f"{words[2]}_total" in names
    name = line.partition("{")[0].partition(" ")[0]
    return name in names or name.removesuffix("_total") in names
