"""Wrong page passwords stand in the audit log as a count for each door, and none is lost while the store is away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

import dashboards
from alerts.audit import audit
from analytics.context import Context
from dashboards import source
from domain.interval import Interval
from server.gate import Gate
from server.wrong_passwords import WrongPasswords
from store.errors import StoreUnavailable


def _told(context: Context) -> list[tuple[str, str, str, str]]:
    interval = Interval(context.now - timedelta(minutes=1), context.now + timedelta(minutes=1))
    return [(e.door, e.action, e.outcome, e.detail) for e in audit(context, interval) if e.object == "page password"]


def test_every_door_counts_and_one_entry_tells(context: Context) -> None:
    wrong = WrongPasswords(lambda: context)
    gate = Gate(Starlette(), allowed_host="127.0.0.1", pages=True, password="open sesame", wrong=lambda: wrong.count("api"))
    client = TestClient(gate, base_url="http://127.0.0.1:8080")
    for given in ({"Authorization": "Bearer guess"}, {"Authorization": "Bearer guess again"}, {}):
        assert client.get("/api/v1/flows", headers=given).status_code == 401
    client.get("/api/v1/flows", headers={"Authorization": "Bearer open sesame"})
    source.set_provider(lambda: context, lambda: "open sesame", lambda: wrong.count("page"))
    try:
        page = AppTest.from_file(Path(dashboards.__file__).parent / "app.py", default_timeout=60).run()
        page.text_input[0].set_value("guess")
        page.button[0].click().run()
    finally:
        source.clear_provider()
    wrong.step()
    wrong.step()
    assert sorted(_told(context)) == [
        ("api", "sign in", "refused", "wrong passwords: 2"),
        ("page", "sign in", "refused", "wrong passwords: 1"),
    ]


def test_what_the_store_did_not_take_is_told_later(context: Context) -> None:
    away = True

    def live() -> Context:
        if away:
            raise StoreUnavailable("not now")
        return context

    wrong = WrongPasswords(live)
    wrong.count("api")
    with pytest.raises(StoreUnavailable):
        wrong.step()
    wrong.count("api")
    away = False
    wrong.step()
    assert _told(context) == [("api", "sign in", "refused", "wrong passwords: 2")]
