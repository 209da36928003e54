"""Look-up: one search, the whole story across traces."""

from analytics.lookup.questions import recent_keys, story

__all__ = ["recent_keys", "story"]
