"""From what is open to who is told, as one list of small stages; every decision has its named reason."""

from alerts.pipeline.round import Quiet, Surroundings, Tally
from alerts.pipeline.stages import STAGES, run

__all__ = ["STAGES", "Quiet", "Surroundings", "Tally", "run"]
