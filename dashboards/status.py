"""Status as word, shape and colour together, so that none is read from colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.sla.rows import SlaState
from dashboards.theme import Palette

BadgeColour = Literal["red", "orange", "green", "gray", "violet", "blue"]


@dataclass(frozen=True, slots=True)
class Status:
    """`mark` is the colour's field in the palette; `shape` is drawn inside heat-map cells ('' for met)."""

    word: str
    shape: str
    mark: str
    badge: BadgeColour
    icon: str

    def colour(self, palette: Palette) -> str:
        return str(getattr(palette, self.mark))


MET = Status("met", "", "met", "green", ":material/check_circle:")
AT_RISK = Status("at risk", "!", "at_risk", "orange", ":material/schedule:")
BREACHED = Status("breached", "✕", "breached", "red", ":material/error:")
NO_DATA = Status("no data", "–", "no_data", "gray", ":material/remove:")
EXCLUDED = Status("excluded", "○", "excluded", "violet", ":material/radio_button_unchecked:")
STUCK = Status("stuck", "✕", "breached", "red", ":material/error:")
FAILING = Status("failing", "✕", "breached", "red", ":material/error:")

OF_SLA = {SlaState.MET: MET, SlaState.AT_RISK: AT_RISK, SlaState.BREACHED: BREACHED, SlaState.NO_DATA: NO_DATA}
