"""Who sent what to whom, under which control numbers."""

from __future__ import annotations

from dataclasses import dataclass

from collector.edi.problems import Position
from collector.edi.segments import Segment

_LONGEST = 80


def control(text: str) -> str:
    """A control number as it is compared: without leading zeros."""
    return text.lstrip("0") or "0"


@dataclass(slots=True)
class Interchange:
    """`sender` and `receiver` are qualifier:id. `opened` is where its ISA stands."""

    sender: str
    receiver: str
    number: str
    date: str
    time: str
    version: str
    test: bool
    opened: Position
    groups: int = 0
    sets: int = 0

    @classmethod
    def of(cls, isa: Segment) -> Interchange:
        return cls(
            sender=_trading_id(isa[5], isa[6]),
            receiver=_trading_id(isa[7], isa[8]),
            number=isa[13][:_LONGEST],
            date=isa[9],
            time=isa[10],
            version=isa[12][:_LONGEST],
            test=isa[15] == "T",
            opened=isa.position,
        )

    @property
    def key(self) -> str:
        return f"{self.sender}|{self.receiver}|{control(self.number)}"

    @property
    def answered_as(self) -> str:
        """Start of the key of what this interchange's acknowledgements are about: they travel back."""
        return f"{self.receiver}|{self.sender}"


@dataclass(slots=True)
class Group:
    functional_id: str
    sender: str
    receiver: str
    date: str
    time: str
    number: str
    version: str
    opened: Position
    sets: int = 0

    @classmethod
    def of(cls, gs: Segment) -> Group:
        return cls(gs[1][:4], gs[2][:_LONGEST], gs[3][:_LONGEST], gs[4], gs[5], gs[6][:_LONGEST], gs[8][:_LONGEST], gs.position)


@dataclass(slots=True)
class SetHeader:
    """`segments` counts those read, ST included; `damaged` those that could not be read as segments."""

    set_id: str
    number: str
    version: str
    opened: Position
    segments: int = 1
    damaged: int = 0

    @classmethod
    def of(cls, st: Segment) -> SetHeader:
        return cls(st[1][:8], st[2][:_LONGEST], st[3][:_LONGEST], st.position)


def _trading_id(qualifier: str, id: str) -> str:
    return f"{qualifier[:4]}:{id[:_LONGEST]}"
