"""What SQS itself does not tell: ages and rates, a minute or two late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

_PERIOD = 60
# Metrics come late; older ones say nothing about now.
_RECENT = timedelta(minutes=10)
_QUERIES = 500

AGE = "ApproximateAgeOfOldestMessage"
SENT = "NumberOfMessagesSent"
DELETED = "NumberOfMessagesDeleted"
_STATISTIC = {AGE: "Maximum", SENT: "Sum", DELETED: "Sum"}

Figures = dict[tuple[str, str], float]


def figures(client: Any, queues: Sequence[str], now: datetime) -> Figures:
    """(queue, metric) → its newest value of the last ten minutes: seconds for the age, messages per second for the others.

    What CloudWatch has no recent point of is left out: it stops reporting queues that nobody uses.
    """
    wanted = [(queue, metric) for queue in queues for metric in _STATISTIC]
    found: Figures = {}
    for start in range(0, len(wanted), _QUERIES):
        part = wanted[start : start + _QUERIES]
        for n, value in _newest(client, part, now):
            queue, metric = part[n]
            found[queue, metric] = value if metric == AGE else value / _PERIOD
    return found


def _newest(client: Any, wanted: Sequence[tuple[str, str]], now: datetime) -> Iterator[tuple[int, float]]:
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[_query(n, *each) for n, each in enumerate(wanted)],
        StartTime=now - _RECENT,
        EndTime=now,
        ScanBy="TimestampDescending",
    )
    seen: set[str] = set()
    for page in pages:
        for result in page["MetricDataResults"]:
            if result["Values"] and result["Id"] not in seen:
                seen.add(result["Id"])
                newest = max(zip(result["Timestamps"], result["Values"], strict=True))
                yield int(result["Id"].removeprefix("m")), float(newest[1])


def _query(n: int, queue: str, metric: str) -> dict[str, Any]:
    dimension = [{"Name": "QueueName", "Value": queue}]
    return {
        "Id": f"m{n}",
        "MetricStat": {
            "Metric": {"Namespace": "AWS/SQS", "MetricName": metric, "Dimensions": dimension},
            "Period": _PERIOD,
            "Stat": _STATISTIC[metric],
        },
    }
