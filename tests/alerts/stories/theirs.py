"""The same stories told by Debian's prometheus-alertmanager, all at once, on a clock that runs SCALE times as fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from tests.alerts.stories.story import INTERVAL, REPEAT, WAIT, Message, Story
from tests.support.alertmanager import Alertmanager, Receivers, alertmanager, receivers

SCALE = 40
_LEAD = 1.0


def told_by_alertmanager(stories: Sequence[Story], folder: Path) -> dict[str, list[Message]]:
    """Story name → what its receivers got. Stories that reload have a process of their own: a reload is everybody's."""
    with ExitStack() as stack:
        got = stack.enter_context(receivers())
        quiet = [s for s in stories if s.reload_at is None]
        alone = [s for s in stories if s.reload_at is not None]
        running = [
            (group, stack.enter_context(alertmanager(_config(group, got), folder / str(n))))
            for n, group in enumerate([quiet, *([s] for s in alone)])
        ]
        begin = datetime.now(UTC) + timedelta(seconds=_LEAD)
        events = [event for group, server in running for story in group for event in _events(story, server, begin)]
        start = time.monotonic() + _LEAD
        for at, act in sorted(events, key=lambda event: event[0]):
            time.sleep(max(0.0, start + at / SCALE - time.monotonic()))
            act()
        time.sleep(max(0.0, start + max(s.length for s in stories) / SCALE - time.monotonic()))
        return {story.name: _messages(story, n, got, start) for n, story in enumerate(stories)}


def _messages(story: Story, number: int, got: Receivers, start: float) -> list[Message]:
    mine = [a for a in got.arrivals if a.receiver.rpartition(".")[0] == _slug(story)]
    found = [Message(a.receiver.rpartition(".")[2], (a.at - start) * SCALE, a.firing, a.ended) for a in mine]
    return [message for message in found if message.at < story.length]


def _slug(story: Story) -> str:
    return story.name.replace(" ", "-").replace(",", "")


def _events(story: Story, server: Alertmanager, begin: datetime) -> list[tuple[float, Callable[[], None]]]:
    def wall(at: float) -> datetime:
        return begin + timedelta(seconds=at / SCALE)

    events: list[tuple[float, Callable[[], None]]] = []
    for push in story.pushes:
        labels = [{"alertname": name, "story": story.name, **push.labels} for name in push.names]
        starts, ends = (
            wall(push.at if push.since is None else push.since),
            wall(push.until if push.until is not None else 100_000),
        )
        events.append((push.at, partial(server.push, labels, starts, ends)))
    for hush in story.hushes:
        labels_of, starts, length = (
            {"story": story.name, **hush.labels},
            wall(hush.at),
            timedelta(seconds=(hush.until - hush.at) / SCALE),
        )
        # A silence may not begin in the past.
        events.append((hush.at - 5, partial(server.silence, labels_of, starts, length)))
    if story.reload_at is not None:
        events.append((story.reload_at, server.reload))
    return events


def _config(stories: Sequence[Story], got: Receivers) -> dict[str, Any]:
    named = [(story, name) for story in stories for name in story.receivers]
    return {
        "route": {
            "receiver": "nobody", "group_wait": _scaled(WAIT), "group_interval": _scaled(INTERVAL), "repeat_interval": _scaled(REPEAT),
            "routes": [{**_prefixed(story.theirs, story), "matchers": [f'story="{story.name}"']} for story in stories],
        },
        "inhibit_rules": [
            {"source_matchers": [f'story="{s.name}"', rule["source"]], "target_matchers": [f'story="{s.name}"', rule["target"]], "equal": rule["equal"]}
            for s in stories for rule in s.inhibit_rules
        ],
        "receivers": [{"name": "nobody"}, *(
            {"name": f"{_slug(story)}.{name}", "webhook_configs": [
                {"url": f"http://127.0.0.1:{got.port}/{_slug(story)}.{name}", "send_resolved": name not in story.no_ends}]}
            for story, name in named
        )],
    }  # fmt: skip


def _scaled(seconds: float) -> str:
    return f"{round(seconds * 1000 / SCALE)}ms"


def _prefixed(route: Mapping[str, Any], story: Story) -> dict[str, Any]:
    found = dict(route)
    if "receiver" in found:
        found["receiver"] = f"{_slug(story)}.{found['receiver']}"
    if "routes" in found:
        found["routes"] = [_prefixed(inner, story) for inner in found["routes"]]
    return found
