"""Whether files came on time and whole, batches ran, and queues stayed low."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from analytics import batches, queues
from analytics.batches.arrivals import ArrivalState
from analytics.batches.rows import BatchRun
from analytics.sla import judging
from domain.interval import Interval
from reports.audiences import Audience
from reports.document import Column, Figure, Made, Section, Unit
from reports.sections import parties
from reports.sections.asking import MOST, Answers, Asked, Part, Values, counted, listing, plain, whole

_RUNS = (
    Column("job", "Job"),
    Column("run_id", "Run"),
    Column("status", "State"),
    Column("started", "Started", Unit.TIME),
    Column("finished", "Finished", Unit.TIME),
    Column("records_read", "Read", Unit.COUNT),
    Column("records_rejected", "Rejected", Unit.COUNT),
    Column("control_total_off", "Control total off", Unit.MONEY),
    Column("flags", "What does not agree"),
    Column("message", "Said", shown=False),
    Column("facility_id", "Facility", shown=False),
    Column("interface_id", "Interface", shown=False),
    Column("file_name", "File", shown=False),
    Column("correlation_id", "Correlation ID", shown=False),
)
_ARRIVALS = (
    Column("arrival", "Expected"),
    Column("job", "Job"),
    Column("due", "Due", Unit.TIME),
    Column("arrived", "Arrived", Unit.TIME),
    Column("state", "State"),
    Column("flags", "What was wrong"),
    Column("facility_id", "Facility", shown=False),
    Column("records", "Records", Unit.COUNT, shown=False),
)
_QUEUES = (
    Column("queue", "Queue"),
    Column("interface", "Interface"),
    Column("peak", "Deepest", Unit.COUNT),
    Column("oldest", "Oldest message", Unit.SECONDS),
    Column("readings", "Steps read", Unit.COUNT, shown=False),
)
_SETTLED = ("on_time", "arrived_late", "late", "missed")
RULES = (
    "A file is on time when its first delivering run came before it counted as late; files not yet due are in no share. Runs are counted once, however often they were reported; succeeded means neither failed nor partial.",
    "A queue's depth is the highest reading of each step of the week; what a broker did not report is no data, never 0.",
)


def measure(answers: Answers, interval: Interval, audience: Audience) -> Values:
    found = _runs(answers, interval, audience)
    due = [row for row in _arrivals(answers, interval, audience) if row.state in _SETTLED]
    on_time = sum(row.state == "on_time" for row in due)
    ended = [row for row in found if row.status in ("succeeded", "partial", "failed")]
    return {
        "runs_succeeded": judging.share(sum(row.status == "succeeded" for row in ended), len(ended)),
        "arrivals_on_time": judging.share(on_time, len(due)),
        "queue_peak": max((peak for peak, *_ in _peaks(answers, interval, audience).values() if peak is not None), default=None),
    }


def _concerned(answers: Answers, audience: Audience) -> frozenset[str] | None:
    """The interfaces of a partner; None: all."""
    if not audience.party:
        return None
    configuration = answers.configuration
    return frozenset(i.id for i in configuration.interfaces if parties.of_interface(i.id, configuration) == audience.party)


def _runs(answers: Answers, interval: Interval, audience: Audience) -> tuple[BatchRun, ...]:
    theirs = _concerned(answers, audience)
    jobs = {i.job: i.id for i in answers.configuration.interfaces if i.job}
    rows = answers.ask(batches.runs, interval, limit=MOST)
    return tuple(row for row in rows if theirs is None or (row.interface_id or jobs.get(row.job, "")) in theirs)


def _arrivals(answers: Answers, interval: Interval, audience: Audience) -> tuple[ArrivalState, ...]:
    theirs = _concerned(answers, audience)
    jobs = {i.job: i.id for i in answers.configuration.interfaces if i.job}
    rows = answers.ask(batches.arrivals, interval, limit=MOST)
    return tuple(row for row in rows if theirs is None or jobs.get(row.job, "") in theirs)


def _peaks(answers: Answers, interval: Interval, audience: Audience) -> dict[str, tuple[int | None, float | None, int]]:
    """Queue → deepest, oldest message in seconds, steps with a reading."""
    theirs = _concerned(answers, audience)
    interface = {i.queue: i.id for i in answers.configuration.interfaces if i.queue}
    points: dict[str, list[Any]] = defaultdict(list)
    for point in answers.ask(queues.history, interval):
        if theirs is None or interface.get(point.queue, "") in theirs:
            points[point.queue].append(point)
    return {
        queue: (_most(int(p.depth) for p in of if p.depth is not None), _most(p.oldest_age_seconds for p in of if p.oldest_age_seconds is not None), len(of))
        for queue, of in points.items()
    }  # fmt: skip


def _most(values: Iterable[Any]) -> Any:
    return max(values, default=None)


def build(asked: Asked) -> Part:
    if asked.audience.supplier:
        return Part(None)
    found = _runs(asked.answers, asked.interval, asked.audience)
    due = _arrivals(asked.answers, asked.interval, asked.audience)
    peaks = _peaks(asked.answers, asked.interval, asked.audience)
    lists = (
        listing("runs", "Batch runs", _RUNS, map(plain, sorted(found, key=_troubled)), key=("job", "run_id")),
        listing("arrivals", "Expected files", _ARRIVALS, map(plain, sorted(due, key=lambda row: not row.troubled)), key=("arrival", "facility_id", "due")),
        listing("queues", "Queues", _QUEUES, (_queue(asked, *pair) for pair in sorted(peaks.items(), key=lambda p: -(p[1][0] or 0))), key=("queue",)),
    )  # fmt: skip
    shown = tuple((one.id, most) for one, most in zip(lists, (10, 10, 10), strict=True) if one.rows)
    return Part(Section("feeds", _title(asked, found, due), listings=shown), _figures(asked), lists, RULES)


def _troubled(row: BatchRun) -> int:
    return ("failed", "partial", "started", "running", "succeeded").index(row.status)


def _queue(asked: Asked, queue: str, peak: tuple[int | None, float | None, int]) -> dict[str, Any]:
    names = {i.queue: i.name for i in asked.configuration.interfaces if i.queue}
    return {"queue": queue, "interface": names.get(queue, ""), "peak": peak[0], "oldest": peak[1], "readings": peak[2]}


def _figures(asked: Asked) -> tuple[Figure, ...]:
    ended = (("status", ("succeeded", "partial", "failed")),)
    runs = Made("runs", "share", where=ended, good=(("status", ("succeeded",)),))
    arrivals = Made("arrivals", "share", where=(("state", _SETTLED),), good=(("state", ("on_time",)),))
    return (
        asked.figure("arrivals_on_time", "Expected files on time", Unit.SHARE, arrivals, "up"),
        asked.figure("runs_succeeded", "Batch runs that succeeded", Unit.SHARE, runs, "up"),
        asked.figure("queue_peak", "Deepest queue, messages", Unit.COUNT, Made("queues", "max", "peak"), "down"),
    )


def _title(asked: Asked, found: tuple[BatchRun, ...], due: tuple[ArrivalState, ...]) -> str:
    bad = sum(row.status in ("failed", "partial") for row in found)
    late = sum(row.state in ("late", "missed", "arrived_late") for row in due)
    ran = (
        f"{bad:,} of {counted(len(found), 'batch run')} failed or ended partial"
        if bad
        else f"All {counted(len(found), 'batch run')} well"
    )
    said = ran if found else "No batch ran"
    files = f"; {late:,} of {counted(len(due), 'expected file')} late or missing" if due else ""
    peak = asked.value("queue_peak")
    return f"{said}{files}" + (f"; the deepest queue held {whole(peak):,} messages" if peak is not None else "")
