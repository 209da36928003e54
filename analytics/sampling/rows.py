"""Answers about sampling."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampledInterface:
    """Spans of one interface in the interval that say they were sampled.

    `spans` were stored, `sampled` of them stand for more (or fewer) than themselves, `estimated` is what all of them stand for.
    """

    interface_id: str
    spans: int
    sampled: int
    estimated: float
