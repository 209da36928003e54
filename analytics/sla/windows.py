"""Which slots make up the windows that SLAs are judged over: hours where whole ones fit, five minutes and minutes at the edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from domain.slas import Sla

_FIVE, _HOUR = 300, 3600


@dataclass(frozen=True, slots=True)
class Slots:
    """Begin of every slot to read, in seconds since 1970: no two overlap, and no window's start lies inside one."""

    minutes: tuple[int, ...]
    fives: tuple[int, ...]
    hours: tuple[int, ...]

    @property
    def edges(self) -> tuple[int, ...]:
        """Hours that the finer slots lie in: how their rows are found."""
        return tuple(sorted({slot - slot % _HOUR for slot in (*self.minutes, *self.fives)}))


@dataclass(frozen=True, slots=True)
class Windows:
    """Every window in use at `end` (excluded): `starts` ascending; of aligned ones (as JSON) begin and end of the period."""

    end: int
    starts: tuple[int, ...]
    aligned: Mapping[str, tuple[int, int]]
    slots: Slots


def at(now: datetime, slas: Iterable[Sla]) -> Windows:
    """The windows of `slas` that end with the minute of `now`, that minute included."""
    end = int(now.timestamp()) // 60 * 60 + 60
    starts: set[int] = set()
    aligned: dict[str, tuple[int, int]] = {}
    lengths: set[timedelta] = set()
    for sla in slas:
        lengths.update(length for tier in sla.tiers for length in (tier.long, tier.short))
        if sla.aligned is None:
            lengths.add(sla.window)
        elif (key := sla.aligned.model_dump_json()) not in aligned:
            period = sla.aligned.period(datetime.fromtimestamp(end - 60, UTC))
            aligned[key] = (int(period.start.timestamp()), int(period.end.timestamp()))
    starts = {end - int(length.total_seconds()) for length in lengths} | {begins for begins, _ in aligned.values()}
    ordered = tuple(sorted(starts))
    return Windows(end, ordered, aligned, slots((*ordered, end)))


def slots(bounds: tuple[int, ...]) -> Slots:
    """The coarsest slots that fill each gap between neighbours of `bounds` (ascending whole minutes) exactly."""
    minutes: list[int] = []
    fives: list[int] = []
    hours: list[int] = []
    for begin, end in pairwise(bounds):
        at = begin
        while at < end:
            if at % _HOUR == 0 and at + _HOUR <= end:
                hours.append(at)
                at += _HOUR
            elif at % _FIVE == 0 and at + _FIVE <= end:
                fives.append(at)
                at += _FIVE
            else:
                minutes.append(at)
                at += 60
    return Slots(tuple(minutes), tuple(fives), tuple(hours))
