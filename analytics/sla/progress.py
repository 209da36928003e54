"""How far each SLA has been measured, by receipt time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analytics.context import Context
from analytics.sla.definitions import generation
from domain.slas import CycleTimeSla, Sla
from store.generations import active_number
from store.query import Query

_WATERMARKS = Query.beside(__file__, "watermarks.sql")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Evidence is stamped on receipt and committed a little later, so the watermark stays this far behind the clock.
_COMMIT_LAG = timedelta(seconds=30)
_HEARTBEAT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Due:
    """An SLA with its generation; evidence received after `since` is not measured yet.

    `rules` is the generation of the rules that made its evidence, 0 where rules make none: when readers are switched to
    another, everything is measured again, because its rows say when the spans were received, not when they were made.
    """

    sla: Sla
    generation: str
    since: datetime
    rules: int = 0

    @property
    def job(self) -> str:
        return job_of(self.sla.id, self.generation, self.rules)


def job_of(sla_id: str, generation: str, rules: int = 0) -> str:
    return f"sla:{sla_id}:{generation}:{rules}" if rules else f"sla:{sla_id}:{generation}"


def watermark(context: Context, job: str) -> datetime:
    """How far one job has read; NEVER when it has not run."""
    return watermarks(context).get(job, NEVER)


def due(context: Context, full: bool) -> tuple[Due, ...]:
    """Every configured SLA with its watermark; NEVER when it is to be measured from the beginning."""
    known = {} if full else watermarks(context)
    configuration = context.configuration
    active = active_number(context.store)
    found = []
    for sla in configuration.slas:
        current, rules = generation(sla, configuration), active if isinstance(sla, CycleTimeSla) else 0
        found.append(Due(sla, current, known.get(job_of(sla.id, current, rules), NEVER), rules))
    return tuple(found)


def record(context: Context, measured: tuple[Due, ...], changed: frozenset[str]) -> None:
    """Move watermarks on, after the slices are in. Idle SLAs move every ten minutes only, so that idling writes nothing."""
    reached = context.now - _COMMIT_LAG
    jobs = [d.job for d in measured if d.sla.id in changed or reached - d.since > _HEARTBEAT]
    record_jobs(context, dict.fromkeys(jobs, reached))


def record_jobs(context: Context, watermarks: dict[str, datetime]) -> None:
    rows = [{"job": job, "watermark": at, "recorded": context.now} for job, at in watermarks.items()]
    context.store.insert("job_progress", rows)


def watermarks(context: Context) -> dict[str, datetime]:
    """How far every job of service levels has read."""
    return {row["job"]: row["watermark"] for row in context.store.records(_WATERMARKS)}
