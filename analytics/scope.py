"""Who asks, and what they may see. Access is decided here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """`facilities` None: every facility. Rows that belong to no facility are visible to everyone."""

    person: str = "everyone"
    facilities: frozenset[str] | None = None

    def narrowed(self, facility: str | None) -> Scope:
        """This scope with one facility chosen by a filter; None leaves it. A facility out of scope yields nothing."""
        if facility is None:
            return self
        if self.facilities is not None and facility not in self.facilities:
            return Scope(self.person, frozenset({"-"}))
        return Scope(self.person, frozenset({facility}))

    def parameters(self) -> dict[str, object]:
        """Query parameters every question takes: {all_facilities:UInt8} and {facilities:Array(String)}.

        SQL: ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '').
        """
        return {"all_facilities": int(self.facilities is None), "facilities": sorted(self.facilities or ())}


EVERYTHING = Scope()
