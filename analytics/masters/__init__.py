"""Supplier and item masters: doubles, conflicts and divergence, with the money under them and who keeps them."""

from analytics.masters.questions import collect_masters, pairs
from analytics.masters.rows import MasterPair

__all__ = ["MasterPair", "collect_masters", "pairs"]
