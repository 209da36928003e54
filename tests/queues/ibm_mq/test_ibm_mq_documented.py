"""IBM MQ as its administrative REST API is documented, from a server on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from collector.queues.ibm_mq import KIND
from collector.queues.ibm_mq.queue import generic_names
from collector.queues.poller import PollFailed, QueueReading
from tests.support.answering import Answering, Asked, Told, answering, basic
from tests.support.pollers import answering_nothing, sampled
from tests.support.receivers import free_port

_PASSWORD = "s3cr3t-of-mq"
_ENVIRONMENT = {"MQ_PASSWORD": _PASSWORD}


def _queue(
    depth: Any, age: Any = -1, uncommitted: Any = "NO", readers: int = 1, backout: str = "", most: int = 5000
) -> dict[str, Any]:
    return {"curdepth": depth, "msgage": age, "uncom": uncommitted, "ipprocs": readers, "boqname": backout, "maxdepth": most}


_QUEUES = {
    "PRICE.LOAD": _queue(12, age=340, uncommitted=3, backout="PRICE.LOAD.BOQ"),
    "PRICE.LOAD.BOQ": _queue(4),
    "PO.OUT": _queue(0, age=0, readers=0, backout="SHARED.BOQ"),
    "INVOICE.IN": _queue(2, uncommitted="YES", backout="SHARED.BOQ"),
    "SHARED.BOQ": _queue(9),
    "SYSTEM.DEAD.LETTER.QUEUE": _queue(7),
    "SYSTEM.ADMIN.COMMAND.QUEUE": _queue(0),
    "ODD/NAME%": _queue(1),
}


def _authorised(asked: Asked) -> Told | None:
    if asked.headers.get("authorization") != basic("watcher", _PASSWORD):
        return Told(401, b'{"error": [{"msgId": "MQWB0104E", "message": "not authenticated"}]}')
    if asked.method == "POST" and "ibm-mq-rest-csrf-token" not in asked.headers:
        return Told(403, b'{"error": [{"msgId": "MQWB0015E", "message": "no csrf token"}]}')
    return None


def _mqsc(asked: Asked) -> Told:
    if (refusal := _authorised(asked)) is not None:
        return refusal
    command = json.loads(asked.body)
    assert (command["type"], command["command"]) == ("runCommandJSON", "display")
    items = [
        {
            "completionCode": 0,
            "reasonCode": 0,
            "parameters": {"queue": name} | {each: queue[each] for each in command["responseParameters"]},
        }
        for name, queue in _QUEUES.items()
        if fnmatchcase(name, command["name"])
    ]
    if items:
        return Told(body=json.dumps({"commandResponse": items, "overallCompletionCode": 0, "overallReasonCode": 0}).encode())
    missing = {"completionCode": 2, "reasonCode": 2085, "message": [f"AMQ8147E: IBM MQ object {command['name']} not found."]}
    return Told(body=json.dumps({"commandResponse": [missing], "overallCompletionCode": 2, "overallReasonCode": 3008}).encode())


def _resource(asked: Asked) -> Told:
    if (refusal := _authorised(asked)) is not None:
        return refusal
    query = parse_qs(urlsplit(asked.target).query)
    assert (query["type"], query["status"]) == (["local"], ["*"])
    found = [
        {
            "name": name,
            "type": "local",
            "status": {
                "currentDepth": queue["curdepth"], "oldestMessageAge": queue["msgage"], "openInputCount": queue["ipprocs"],
                "uncommittedMessages": queue["uncom"] if isinstance(queue["uncom"], int) else queue["uncom"] == "YES",
            },
            "storage": {"maximumDepth": queue["maxdepth"]},
            "extended": {"backoutRequeueQueueName": queue["boqname"]},
        }
        for name, queue in _QUEUES.items()
        if fnmatchcase(name, query["name"][0])
    ]  # fmt: skip
    return Told(body=json.dumps({"queue": found}).encode())


def _settings(url: str, **more: object) -> dict[str, object]:
    return {"url": url, "username": "watcher", "password": {"env": "MQ_PASSWORD"}, "queue_manager": "QM1", **more}


def _sampled(respond: Callable[[Asked], Told], **more: object) -> tuple[dict[str, QueueReading], Answering]:
    with answering(respond) as server:
        return sampled(KIND, _settings(server.url, **more), _ENVIRONMENT), server


@pytest.mark.parametrize(("api", "respond"), [("v1", _resource), ("v2", _mqsc), ("v3", _mqsc)])
def test_queues(api: str, respond: Callable[[Asked], Told]) -> None:
    found, _ = _sampled(respond, api=api)
    assert set(found) == {"PRICE.LOAD", "PO.OUT", "INVOICE.IN", "SHARED.BOQ", "SYSTEM.DEAD.LETTER.QUEUE", "ODD/NAME%"}
    price, po, invoice = found["PRICE.LOAD"], found["PO.OUT"], found["INVOICE.IN"]
    assert (price.depth, price.oldest_age_seconds, price.in_flight, price.consumers) == (12, 340, 3, 1)
    assert (price.dead_letters, price.capacity) == (4, 5000)
    assert (po.depth, po.oldest_age_seconds, po.in_flight, po.consumers) == (0, 0, 0, 0)
    # Monitoring off: -1. Uncommitted changes: yes, but how many is not said. A backout queue of several queues: whose?
    assert (invoice.depth, invoice.oldest_age_seconds, invoice.in_flight, invoice.dead_letters) == (2, None, None, None)
    assert (found["SHARED.BOQ"].dead_letters, found["SYSTEM.DEAD.LETTER.QUEUE"].dead_letters) == (9, 7)
    assert price.publish_rate is price.ack_rate is None


def test_names_are_encoded_and_headers_sent() -> None:
    _, server = _sampled(_mqsc, queue_manager="QM.A/B%", gateway="QM2")
    assert server.requests[0].target == "/ibmmq/rest/v3/admin/action/qmgr/QM%2EA%2FB%25/mqsc"
    assert server.requests[0].headers["ibm-mq-rest-csrf-token"]
    assert server.requests[0].headers["ibm-mq-rest-gateway-qmgr"] == "QM2"
    _, server = _sampled(_resource, queue_manager="QM.A/B%", api="v1")
    assert server.requests[0].target.startswith("/ibmmq/rest/v1/admin/qmgr/QM%2EA%2FB%25/queue?")


@pytest.mark.parametrize(("api", "respond"), [("v1", _resource), ("v3", _mqsc)])
def test_queues_chosen_by_name(api: str, respond: Callable[[Asked], Told]) -> None:
    found, _ = _sampled(respond, api=api, queues=["PRICE.*", "ODD/NAME%"], exclude=["*.BOQ"], dead_letter_queues=[])
    assert set(found) == {"PRICE.LOAD", "ODD/NAME%"}
    assert found["PRICE.LOAD"].dead_letters == 4
    with pytest.raises(PollFailed, match="QM1 has no local queue TYPO; check queues"):
        _sampled(respond, api=api, queues=["TYPO"])
    assert _sampled(respond, api=api, queues=["NOTHING*"], dead_letter_queues=[])[0] == {}


def test_a_backout_queue_that_was_not_asked_for_is_looked_up() -> None:
    assert _sampled(_mqsc, queues=["PRICE.LOAD"], dead_letter_queues=[])[0]["PRICE.LOAD"].dead_letters == 4


@pytest.mark.parametrize(
    ("patterns", "generic"),
    [
        (["A.B"], ["A.B"]),
        (["A.*", "A.B", "A.B*"], ["A.*"]),
        (["A?C", "B[12]"], ["A*", "B*"]),
        (["*.DLQ", "X"], ["*"]),
    ],
)
def test_patterns_as_mq_knows_them(patterns: list[str], generic: list[str]) -> None:
    assert generic_names(patterns) == generic


@pytest.mark.parametrize("value", [-1, "", " ", None, "many", 999_999_999, True, 1.5, [1]])
def test_a_figure_that_is_none_is_unknown(value: Any) -> None:
    def respond(asked: Asked) -> Told:
        values = {"QUEUE": "Q", "CURDEPTH": value, "MSGAGE": value, "UNCOM": value, "IPPROCS": value, "MAXDEPTH": value}
        return Told(body=json.dumps({"commandResponse": [{"completionCode": 0, "reasonCode": 0, "parameters": values}]}).encode())

    reading = _sampled(respond, queues=["Q"], dead_letter_queues=[])[0]["Q"]
    for figure in (
        "depth",
        "oldest_age_seconds",
        "in_flight",
        "consumers",
        "dead_letters",
        "capacity",
        "publish_rate",
        "ack_rate",
    ):
        assert getattr(reading, figure) is None, figure


def test_wrong_password() -> None:
    with answering(_mqsc) as server, pytest.raises(PollFailed, match="401 Unauthorized; check the credentials") as failed:
        sampled(KIND, _settings(server.url), {"MQ_PASSWORD": "wr0ng-one"})
    assert "wr0ng-one" not in str(failed.value)


def test_a_command_that_is_refused() -> None:
    item = {"completionCode": 2, "reasonCode": 2035, "message": ["AMQ8135E: Not authorized."]}
    body = json.dumps({"commandResponse": [item], "overallCompletionCode": 2, "overallReasonCode": 2035}).encode()
    with pytest.raises(
        PollFailed, match=r"refused DISPLAY QSTATUS\(\*\): 2035 AMQ8135E: Not authorized.; give the user the right"
    ):
        _sampled(lambda _: Told(body=body))


@pytest.mark.parametrize("api", ["v1", "v3"])
@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"null", b'{"queue": 1, "commandResponse": 1}', b'{"queue": [1], "commandResponse": [1]}']
)
def test_what_is_no_answer(api: str, body: bytes) -> None:
    with pytest.raises(PollFailed, match=r"answered without .*; check url and api"):
        _sampled(lambda _: Told(body=body), api=api)


def test_a_queue_manager_that_is_not_there() -> None:
    with pytest.raises(PollFailed, match="404 Not Found; check the address"):
        _sampled(lambda _: Told(404, b'{"error": [{"msgId": "MQWB0009E"}]}'))


def test_unreachable_and_silent() -> None:
    with pytest.raises(PollFailed, match="cannot be reached"):
        sampled(KIND, _settings(f"http://127.0.0.1:{free_port()}"), _ENVIRONMENT)
    with answering_nothing() as port, pytest.raises(PollFailed, match="did not answer within"):
        sampled(KIND, _settings(f"http://127.0.0.1:{port}"), _ENVIRONMENT, timeout=0.2)
