"""Service levels: measured once into minute slices, judged from them."""

from analytics.sla.measuring import measure

__all__ = ["measure"]
