"""NextGen Connect as its API is documented, from a server on loopback."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from collector.queues.nextgen import KIND
from collector.queues.poller import PollFailed
from tests.support.answering import Asked, Told, answering
from tests.support.pollers import answering_nothing, built, by_queue, sampled
from tests.support.receivers import free_port

_STATUS = "com.mirth.connect.donkey.model.message.Status"
_ENVIRONMENT = {"MIRTH_PASSWORD": "s3cr3t-of-mirth"}


def _counts(received: int, sent: int, error: int) -> dict[str, Any]:
    pairs = (("RECEIVED", received), ("FILTERED", 1), ("SENT", sent), ("ERROR", error))
    return {"@class": "linked-hash-map", "entry": [{_STATUS: name, "long": number} for name, number in pairs]}


def _channel(name: str, queued: int | None, counts: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    status = {"channelId": f"id-{name}", "name": name, "state": "STARTED", "statusType": "CHANNEL", **more}
    if queued is not None:
        status["queued"] = queued
    return status | ({"statistics": counts} if counts else {})


_CHILDREN = {
    "dashboardStatus": [
        {"channelId": "id-832", "name": "Source", "metaDataId": 0, "queued": 0, "statistics": _counts(9, 0, 0)},
        {"channelId": "id-832", "name": "to ERP", "metaDataId": 1, "queued": 4, "statistics": _counts(9, 3, 2)},
        {"channelId": "id-832", "name": "to archive", "metaDataId": 2, "queued": 0, "statistics": _counts(9, 9, 0)},
    ]
}


@dataclass
class Mirth:
    """Answers like the server: sessions by cookie, and refusals."""

    channels: Any
    counters: Any = None
    sessions: set[str] = field(default_factory=set)
    logins: int = 0

    def __call__(self, asked: Asked) -> Told:
        if not asked.headers.get("x-requested-with"):
            return Told(400, b"All requests must have 'X-Requested-With' header")
        path = asked.target.partition("?")[0]
        if path == "/api/users/_login":
            return self._login(asked)
        if asked.headers.get("cookie", "").removeprefix("JSESSIONID=") not in self.sessions:
            return Told(401)
        if path == "/api/users/_logout":
            self.sessions.clear()
            return Told(204)
        found = {"/api/channels/statuses": self.channels, "/api/channels/statistics": self.counters}[path]
        return Told(body=found if isinstance(found, bytes) else json.dumps(found).encode())

    def _login(self, asked: Asked) -> Told:
        form = parse_qs(asked.body.decode())
        if form != {"username": ["watcher"], "password": ["s3cr3t-of-mirth"]}:
            return Told(401, json.dumps({"com.mirth.connect.model.LoginStatus": {"status": "FAIL"}}).encode())
        self.logins += 1
        self.sessions = {f"s{self.logins}"}
        body = json.dumps({"com.mirth.connect.model.LoginStatus": {"status": "SUCCESS"}}).encode()
        return Told(body=body, headers={"Set-Cookie": f"JSESSIONID=s{self.logins}; Path=/api; HttpOnly"})


def _settings(url: str, **more: object) -> dict[str, object]:
    return {"url": url, "username": "watcher", "password": {"env": "MIRTH_PASSWORD"}, **more}


def _sampled(mirth: Mirth, **more: object) -> Any:
    with answering(mirth) as server:
        return sampled(KIND, _settings(server.url, **more), _ENVIRONMENT)


def test_channels() -> None:
    two = [_channel("832", 4, _counts(100, 90, 3)), _channel("850", 0, _counts(7, 7, 0))]
    found = _sampled(Mirth({"list": {"dashboardStatus": two}}))
    prices = found["832"]
    assert (prices.depth, prices.dead_letters, prices.broker) == (4, 3, "test")
    assert prices.oldest_age_seconds is prices.in_flight is prices.consumers is prices.publish_rate is None
    assert (found["850"].depth, found["850"].dead_letters) == (0, 0)


def test_a_list_of_one_is_no_list() -> None:
    one = {"list": {"dashboardStatus": _channel("832", 4, {"entry": {_STATUS: "ERROR", "long": "2"}})}}
    reading = _sampled(Mirth(one))["832"]
    assert (reading.depth, reading.dead_letters) == (4, 2)


@pytest.mark.parametrize("empty", [{"list": None}, {"list": ""}, b"<list/>"])
def test_no_channels(empty: Any) -> None:
    assert _sampled(Mirth(empty)) == {}


def test_rates_between_two_polls() -> None:
    mirth, now = Mirth({"list": {"dashboardStatus": _channel("832", 4, _counts(100, 90, 3))}}), datetime(2026, 11, 22, tzinfo=UTC)
    times = iter([now, now + timedelta(seconds=10)])
    with answering(mirth) as server, built(KIND, _settings(server.url), _ENVIRONMENT, clock=lambda: next(times)) as poller:
        poller.sample()
        mirth.channels = {"list": {"dashboardStatus": _channel("832", 2, _counts(150, 142, 3))}}
        reading = by_queue(poller.sample())["832"]
    assert (reading.publish_rate, reading.ack_rate) == (5, 5.2)
    assert mirth.logins == 1 and mirth.sessions == set()  # signed in once, and out at the end


def test_destinations_as_queues() -> None:
    channel = _channel("832", 4, _counts(9, 12, 2), childStatuses=_CHILDREN)
    found = _sampled(Mirth({"list": {"dashboardStatus": [channel]}}), connectors=True)
    assert {name: (r.depth, r.dead_letters) for name, r in found.items()} == {"832/to ERP": (4, 2), "832/to archive": (0, 0)}


def test_counters_from_the_statistics_where_statuses_have_none() -> None:
    counters = {"list": {"channelStatistics": {"channelId": "id-832", "received": 9, "sent": "8", "error": 1, "queued": 5}}}
    reading = _sampled(Mirth({"list": {"dashboardStatus": _channel("832", None, None)}}, counters))["832"]
    assert (reading.depth, reading.dead_letters) == (5, 1)


def test_figures_left_out_stay_unknown() -> None:
    odd = _channel("832", -1, None)
    reading = _sampled(Mirth({"list": {"dashboardStatus": odd}}, {"list": None}))["832"]
    for figure in ("depth", "dead_letters", "publish_rate", "ack_rate", "oldest_age_seconds", "in_flight", "consumers"):
        assert getattr(reading, figure) is None, figure


def test_xml_is_read_too() -> None:
    entry = "".join(
        f"<entry><{_STATUS}>{name}</{_STATUS}><long>{n}</long></entry>" for name, n in (("RECEIVED", 10), ("ERROR", 2))
    )
    channel = "<name>{}</name><channelId>x</channelId><queued>6</queued><statistics class='linked-hash-map'>{}</statistics>"
    for tag in ("dashboardStatus", "com.mirth.connect.model.DashboardStatus"):
        body = "".join(f"<{tag}>{channel.format(name, entry)}</{tag}>" for name in ("832", "850"))
        found = _sampled(Mirth(f"<list>{body}</list>".encode()))
        assert {name: (r.depth, r.dead_letters) for name, r in found.items()} == {"832": (6, 2), "850": (6, 2)}


def test_channels_are_chosen_by_name() -> None:
    names = [_channel(name, 0, _counts(0, 0, 0)) for name in ("832 in", "832 test", "ADT")]
    assert set(_sampled(Mirth({"list": {"dashboardStatus": names}}), queues=["832*"], exclude=["*test"])) == {"832 in"}


def test_a_session_that_ended_is_renewed() -> None:
    mirth = Mirth({"list": {"dashboardStatus": _channel("832", 4, _counts(1, 1, 1))}})
    with answering(mirth) as server, built(KIND, _settings(server.url), _ENVIRONMENT) as poller:
        poller.sample()
        mirth.sessions = set()
        assert by_queue(poller.sample())["832"].depth == 4
    assert mirth.logins == 2


def test_wrong_password() -> None:
    with answering(Mirth({})) as server, pytest.raises(PollFailed, match="401 Unauthorized; check the credentials") as failed:
        sampled(KIND, _settings(server.url), {"MIRTH_PASSWORD": "wr0ng-one"})
    assert "wr0ng-one" not in str(failed.value)


def test_a_login_refused_with_a_reason() -> None:
    body = json.dumps({"com.mirth.connect.model.ExtendedLoginStatus": {"status": "FAIL_LOCKED_OUT"}}).encode()
    with answering(lambda _: Told(body=body)) as server, pytest.raises(PollFailed, match="FAIL_LOCKED_OUT; check username"):
        sampled(KIND, _settings(server.url), _ENVIRONMENT)


def test_another_product() -> None:
    with answering(lambda _: Told(body=b"<html>hello")) as server, pytest.raises(PollFailed, match="check url: it has no path"):
        sampled(KIND, _settings(server.url), _ENVIRONMENT)


@pytest.mark.parametrize(
    "channels",
    [b"", b"{", b"<list>", b'{"list": 3}', b"[]", b"null", b"<!DOCTYPE x [<!ENTITY e 'x'>]><list>&e;</list>", b'{"map": {}}'],
)
def test_what_is_no_answer(channels: bytes) -> None:
    with pytest.raises(PollFailed, match="shape not known; check that it is NextGen Connect"):
        _sampled(Mirth(channels))


def test_unreachable_and_silent() -> None:
    with pytest.raises(PollFailed, match="cannot be reached"):
        sampled(KIND, _settings(f"http://127.0.0.1:{free_port()}"), _ENVIRONMENT)
    with answering_nothing() as port, pytest.raises(PollFailed, match="did not answer within"):
        sampled(KIND, _settings(f"http://127.0.0.1:{port}"), _ENVIRONMENT, timeout=0.2)
