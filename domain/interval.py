"""A half-open span of absolute time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` (included) to `end` (excluded), both aware; a naive time raises ValueError."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for name, value in (("start", self.start), ("end", self.end)):
            if value.tzinfo is None:
                raise ValueError(f"Interval.{name} {value} has no time zone; pass an aware datetime")
        if self.end < self.start:
            raise ValueError(f"Interval ends {self.end} before it starts {self.start}; swap the two")

    @classmethod
    def last(cls, length: timedelta, now: datetime) -> Interval:
        """The `length` that ends at `now`, in UTC."""
        end = now.astimezone(UTC)
        return cls(end - length, end)

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def before(self) -> Interval:
        """The interval of the same length that ends where this one starts: what deltas compare with."""
        return Interval(self.start - self.length, self.start)
