"""Who depends on whom, as their calls and messages show."""

from analytics.dependencies.catching_up import catch_up
from analytics.dependencies.questions import edges, on_last_prices, troubled, undeclared

__all__ = ["catch_up", "edges", "on_last_prices", "troubled", "undeclared"]
