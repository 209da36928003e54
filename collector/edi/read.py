"""An X12 file → rows, in pieces of bounded size, and a report of what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from collector.edi.document import Surroundings
from collector.edi.envelope import Envelope
from collector.edi.milestones import Milestones
from collector.edi.parties import Parties
from collector.edi.problems import Report
from collector.edi.reading import Reading, Tables
from collector.edi.segments import Segments
from domain.configuration import Configuration


def read_x12(
    file: BinaryIO,
    configuration: Configuration,
    received: datetime,
    report: Report,
    *,
    source: str,
    direction: str = "",
    interface: str = "",
) -> Iterator[Tables]:
    """Pieces of at most some thousand rows, in the order of the file. `report` is complete when the iterator is exhausted.

    A set is stored whole or not at all; one that cannot be read leaves a document row and a failure. `direction` (in, out) and
    `interface` overrule what the trading ids and the configuration say. Raises nothing, whatever the bytes.
    """
    around = surroundings(configuration, received, report, source, direction, interface)
    reading = Reading(around)
    envelope = Envelope(reading, report)
    segments = Segments(file, report)
    for segment in segments:
        if envelope.accept(segment):
            yield from reading.complete()
    envelope.end(segments.end)
    yield from reading.complete()


def surroundings(
    configuration: Configuration, received: datetime, report: Report, source: str, direction: str, interface: str
) -> Surroundings:
    edi = configuration.edi
    return Surroundings(
        parties=Parties(configuration, received.date()),
        milestones=Milestones(configuration),
        report=report,
        received=received,
        source=source,
        references=edi.references,
        price_identifiers=edi.price_identifiers,
        rejected=edi.rejected,
        exceptions=edi.exceptions,
        direction=direction,
        interface=interface,
        keeps_test_data=edi.test_data == "keep",
    )
