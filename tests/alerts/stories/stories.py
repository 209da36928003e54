"""The scenarios both sides know: each a tree, pushes, and the messages wanted of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.alerts.stories.story import INTERVAL, REPEAT, WAIT, Hush, Push, Story, Want

_OURS: dict[str, Any] = {
    "group_by": ["team"],
    "group_wait": f"{WAIT}s",
    "group_interval": f"{INTERVAL}s",
    "repeat_interval": f"{REPEAT}s",
}
_DB, _WEB = {"team": "db"}, {"team": "web"}
_LATE = 50


def _at(receiver: str, tick: int, *firing: str, ended: tuple[str, ...] = ()) -> Want:
    """At a look of the group, a little early or late."""
    return Want(receiver, tick - 5, tick + _LATE, firing, ended)


def _one(name: str, length: int, pushes: tuple[Push, ...], wants: tuple[Want, ...], **more: Any) -> Story:
    """A story of one route and one receiver."""
    route = {"id": "r", "channels": ["ops"], **_OURS, **more.pop("route", {})}
    return Story(
        name,
        length,
        [route],
        {"receiver": "ops", "group_by": ["team"], **more.pop("their_route", {})},
        pushes,
        wants,
        receivers=("ops",),
        **more,
    )


def _tree(*routes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{**_OURS, **route} for route in routes]


_MERGE = _one(
    "overlapping alerts merge", 140, (Push(0, ("a",), labels=_DB), Push(10, ("b",), labels=_DB)), (_at("ops", 30, "a", "b"),)
)
_APART = _one(
    "groups stay apart",
    140,
    (Push(0, ("a",), labels=_DB), Push(10, ("b",), labels=_WEB)),
    (_at("ops", 30, "a"), _at("ops", 40, "b")),
)
_BATCH = _one(
    "later alerts are batched", 260, (Push(0, ("a",), labels=_DB), Push(60, ("b",), labels=_DB), Push(100, ("c",), labels=_DB)),
    (_at("ops", 30, "a"), _at("ops", 150, "a", "b", "c")),
)  # fmt: skip
# Alertmanager compares the time of the send: it repeats one group_interval later than the repeat_interval says.
_REPEAT = _one(
    "an open alert is said again", 690, (Push(0, ("a",), labels=_DB),), (_at("ops", 30, "a"), Want("ops", 505, 680, ("a",)))
)
_RESOLVE = _one(
    "an end is told at the next look", 330, (Push(0, ("a",), 200, _DB),), (_at("ops", 30, "a"), _at("ops", 270, ended=("a",)))
)
_PART = _one(
    "some of a group end", 200, (Push(0, ("a",), labels=_DB), Push(0, ("b",), 100, _DB)),
    (_at("ops", 30, "a", "b"), _at("ops", 150, "a", ended=("b",))),
)  # fmt: skip
_FILTER = _one(
    "ends may be left out", 330, (Push(0, ("a",), 200, _DB),), (_at("ops", 30, "a"),), route={"resolved": False}, no_ends=("ops",)
)
_SHORT = _one("over before anybody was told", 200, (Push(0, ("a",), 15, _DB),), ())
_BACK = _one(
    "back before its end was told", 330, (Push(0, ("a",), 60, _DB), Push(90, ("a",), labels=_DB)), (_at("ops", 30, "a"),)
)
# Alertmanager keeps an empty group for up to half a minute of its own clock, which here is half an hour: it waits for that group's look.
_AGAIN = _one(
    "again after its end", 400, (Push(0, ("a",), 100, _DB), Push(300, ("a",), labels=_DB)),
    (_at("ops", 30, "a"), _at("ops", 150, ended=("a",)), Want("ops", 325, 440, ("a",))),
)  # fmt: skip
_COLD = _one("what began long ago waits for nothing", 100, (Push(0, ("a",), labels=_DB, since=-600),), (_at("ops", 0, "a"),))
_AT_ONCE = _one(
    "no wait",
    100,
    (Push(0, ("a",), labels=_DB),),
    (_at("ops", 0, "a"),),
    route={"group_wait": "0s"},
    their_route={"group_wait": "0s"},
)
_SILENCED = _one("a silence ends", 330, (Push(0, ("a",), labels=_DB),), (_at("ops", 270, "a"),), hushes=(Hush(0, 200, _DB),))
_BEGUN = _one("a silence begins", 690, (Push(0, ("a",), labels=_DB),), (_at("ops", 30, "a"),), hushes=(Hush(60, 3000, _DB),))
_SILENT_END = _one(
    "an end under a silence", 330, (Push(0, ("a",), 100, _DB),), (_at("ops", 30, "a"),), hushes=(Hush(60, 3000, _DB),),
    ours_instead=(_at("ops", 30, "a"), _at("ops", 150, ended=("a",))),
    difference="Alertmanager never says that a silenced alert ended; whoever was told that it began is told by us that it ended.",
)  # fmt: skip
_INHIBIT = Story(
    "inhibited until the source ends", 330,
    _tree({"id": "down", "channels": ["pager"], "match": {"matchers": ['level="down"']}}, {"id": "rest", "channels": ["ops"]}),
    {"receiver": "ops", "group_by": ["team"], "routes": [{"receiver": "pager", "matchers": ['level="down"']}]},
    (Push(0, ("slow",), labels={"team": "db", "level": "slow"}), Push(0, ("down",), 200, {"team": "db", "level": "down"}),
     Push(0, ("other",), labels={"team": "web", "level": "slow"})),
    (_at("pager", 30, "down"), _at("ops", 30, "other"), _at("pager", 270, ended=("down",)), _at("ops", 270, "slow")),
    alerting={"inhibitions": [{"id": "i", "source": ['level="down"'], "target": ['level="slow"'], "equal": ["team"]}]},
    inhibit_rules=[{"source": 'level="down"', "target": 'level="slow"', "equal": ["team"]}],
    receivers=("ops", "pager"),
)  # fmt: skip
_BRANCHES = Story(
    "first match, continue and inner routes", 140,
    _tree(
        {"id": "audit", "channels": ["audit"], "match": {"matchers": ['team=~".+"']}, "continue": True},
        {"id": "db", "channels": ["db"], "match": {"matchers": ['team="db"']},
         "routes": [{"id": "slow", "channels": ["dba"], "match": {"matchers": ['level="slow"']}}]},
        {"id": "rest", "channels": ["ops"]},
    ),
    {"receiver": "ops", "group_by": ["team"], "routes": [
        {"receiver": "audit", "matchers": ['team=~".+"'], "continue": True},
        {"receiver": "db", "matchers": ['team="db"'], "routes": [{"receiver": "dba", "matchers": ['level="slow"']}]},
        {"receiver": "ops"},
    ]},
    (Push(0, ("a",), labels={"team": "db", "level": "slow"}), Push(0, ("b",), labels={"team": "web"})),
    (_at("audit", 30, "a"), _at("audit", 30, "b"), _at("dba", 30, "a"), _at("ops", 30, "b")),
    receivers=("audit", "db", "dba", "ops"),
)  # fmt: skip
_RELOAD = _one(
    "reload without a double notice", 400, (Push(0, ("a",), labels=_DB), Push(250, ("b",), labels=_DB)),
    (_at("ops", 30, "a"), Want("ops", 265, 375, ("a", "b"))), reload_at=200,
)  # fmt: skip
_STORM = _one(
    "three hundred at once", 330, (Push(0, tuple(f"n{n}" for n in range(300)), 200, _DB),),
    (_at("ops", 30, *(f"n{n}" for n in range(300))), _at("ops", 270, ended=tuple(f"n{n}" for n in range(300)))),
)  # fmt: skip
STORIES = (
    _MERGE, _APART, _BATCH, _REPEAT, _RESOLVE, _PART, _FILTER, _SHORT, _BACK, _AGAIN, _COLD, _AT_ONCE, _SILENCED, _BEGUN, _SILENT_END,
    _INHIBIT, _BRANCHES, _RELOAD, _STORM,
)  # fmt: skip
