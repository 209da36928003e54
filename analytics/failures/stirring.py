"""Whether a look at open failures can find anything new: the question before the question, which costs a fiftieth of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from analytics.context import Context
from store.query import Query

_STIRRING = Query.beside(__file__, "stirring.sql")


def stirring(context: Context, since: datetime, interfaces: Sequence[str], objects: Sequence[str]) -> tuple[str, str]:
    """(of failures since `since`, of what may have answered these objects): each is another text when something happened.

    It may also change where nothing happened (parts merge, time passes); it never stays when something did. Failures that
    name no object are answered in ways this does not see.
    """
    (row,) = context.store.records(_STIRRING, since=since, interfaces=list(interfaces), objects=list(objects))
    return str(row["failed"]), f"{row['succeeded']} {row['worked']}"
