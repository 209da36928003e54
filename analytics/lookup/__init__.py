"""Look-up: one search, the whole story across traces."""

from analytics.lookup.cursor import CursorError
from analytics.lookup.questions import page, recent_keys, story

__all__ = ["CursorError", "page", "recent_keys", "story"]
