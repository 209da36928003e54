"""Changes planned in ServiceNow silence what they touch, while they hold, also while ServiceNow is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from alerts import change_windows
from analytics.context import Context
from tests.alerts_channels.notices import SECRETS, entry
from tests.conftest import NOW
from tests.support.media import Answer, media
from tests.support.network import small_network


def change(number: str, item: str, starts: float, ends: float, **more: Any) -> dict[str, Any]:
    """A row as the Table API answers it, times in UTC, hours from NOW."""
    written = [(NOW + timedelta(hours=h)).strftime("%Y-%m-%d %H:%M:%S") for h in (starts, ends)]
    return {
        "sys_id": number,
        "number": number,
        "short_description": "Upgrade",
        "start_date": written[0],
        "end_date": written[1],
        "cmdb_ci": item,
        "state": "-1",
    } | more


def test_a_window_holds_from_its_start_to_its_end_and_for_what_it_touches(context: Context) -> None:
    with media() as world:
        timed = replace(context, configuration=small_network(channels=[entry("servicenow", world.url)], routes=[]))
        world.changes = [
            change("CHG1", "ci0001", -1, 1), change("CHG2", "ci0001", 2, 3), change("CHG3", "other", -1, 1), change("CHG4", "ci0001", -1, 1, end_date=""),
            change("CHG5", "ci0001", -9, -8),
        ]  # fmt: skip
        assert change_windows.read(timed, SECRETS) == 2
        (window,) = change_windows.active(timed)
        assert (window.name, window.until) == ("CHG1 Upgrade", NOW + timedelta(hours=1))
        assert window.covers({"interface": ("erp-price-load",)})
        assert not window.covers({"interface": ("po-to-erp",)})
        later = replace(timed, clock=lambda: NOW + timedelta(hours=2, minutes=30))
        assert [w.name for w in change_windows.active(later)] == ["CHG2 Upgrade"]
        world.behave = lambda _: Answer(500)
        assert change_windows.read(later, SECRETS) == 0
        assert [w.name for w in change_windows.active(later)] == ["CHG2 Upgrade"], "a question that failed ends nothing"
        world.behave, world.changes = (lambda _: Answer()), []
        assert change_windows.read(later, SECRETS) == 0
        assert change_windows.active(later) == (), "a change that was called off is none"
