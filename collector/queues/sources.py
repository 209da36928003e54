"""The configured pollers, ready to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from collector.collector import Collector
from collector.queues.kinds import KINDS
from collector.queues.poller import Setup
from collector.queues.runner import PollerRunner
from domain.clock import Clock, system_clock
from domain.configuration import Configuration


def sources(
    collector: Collector, configuration: Configuration, environment: Mapping[str, str], clock: Clock = system_clock
) -> Sequence[PollerRunner]:
    """A runner per configured poller; a secret that is missing is a failed poll, not a failed start."""
    interface_of = {interface.queue: interface.id for interface in configuration.interfaces if interface.queue}
    runners = []
    for poller in configuration.pollers:
        setup = Setup(poller.id, poller.settings, poller.timeout.total_seconds(), environment, clock)
        build = partial(KINDS[poller.kind].build, setup)
        runners.append(PollerRunner(poller, build, collector.take_rows, interface_of, environment, clock))
    return runners
