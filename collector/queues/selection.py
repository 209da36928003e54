"""Which of a broker's queues are read."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from domain.base import Configured

_WILDCARD = re.compile(r"[*?\[]")


class Selection(Configured):
    """Names as shell patterns (`*`, `?`, `[abc]`), case-sensitive. A name is wanted when one of `include` and none of
    `exclude` fits it."""

    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()

    def wants(self, name: str) -> bool:
        return any(fnmatchcase(name, each) for each in self.include) and not self.refuses(name)

    def refuses(self, name: str) -> bool:
        return any(fnmatchcase(name, each) for each in self.exclude)

    def exact(self) -> tuple[str, ...]:
        """The included names without wildcards: those that are expected to exist."""
        return tuple(each for each in self.include if not is_pattern(each) and not self.refuses(each))


def is_pattern(name: str) -> bool:
    return _WILDCARD.search(name) is not None


class QueueChoice(Configured):
    """Settings every poller of named queues shares: `queues` and `exclude` are names with * and ?.

    `broker` stands for the poller's id in what is shown.
    """

    broker: str = ""
    queues: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()

    @property
    def choice(self) -> Selection:
        return Selection(include=self.queues, exclude=self.exclude)
