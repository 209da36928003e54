"""How batch runs went, which records they refused, and which did not come."""

from analytics.batches.arrivals import ArrivalState, arrivals
from analytics.batches.questions import rejects, runs

__all__ = ["ArrivalState", "arrivals", "rejects", "runs"]
