"""Look-up: one search, the whole story across traces."""

from analytics.lookup.cursor import CursorError
from analytics.lookup.questions import PAGE, page, recent_keys, story
from analytics.lookup.rows import Story

__all__ = ["PAGE", "CursorError", "Story", "page", "recent_keys", "story"]
