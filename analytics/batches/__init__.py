"""How batch runs went and which records they refused."""

from analytics.batches.questions import rejects, runs

__all__ = ["rejects", "runs"]
