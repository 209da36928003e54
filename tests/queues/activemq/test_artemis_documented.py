"""Artemis as documented, and answers that go wrong, from a server on loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.queues.activemq import KIND
from collector.queues.poller import PollFailed, QueueReading
from tests.support.answering import Asked, Told, answering
from tests.support.pollers import answering_nothing, built, by_queue, sampled
from tests.support.receivers import free_port

_AT = 1_795_377_000


def _bean(queue: str, address: str) -> str:
    return (
        f'org.apache.activemq.artemis:address="{address}",broker="procurement",component=addresses,queue="{queue}",'
        'routing-type="anycast",subcomponent=queues'
    )


def _queue(name: str, address: str, messages: int = 0, dead: str | None = "DLQ", **more: Any) -> dict[str, Any]:
    return {
        "Name": name, "Address": address, "MessageCount": messages, "DeliveringCount": 0, "ConsumerCount": 1, "MessagesAdded": 10,
        "MessagesAcknowledged": 4, "DeadLetterAddress": dead, "InternalQueue": False, "RingSize": -1,
    } | more  # fmt: skip


_QUEUES = {
    _bean("orders", "orders"): _queue("orders", "orders", 7, DeliveringCount=2, RingSize=1000),
    _bean("invoices", "invoices"): _queue("invoices", "invoices", 1, dead="DLQ.invoices"),
    _bean("DLQ", "DLQ"): _queue("DLQ", "DLQ", 5),
    _bean("DLQ.invoices", "DLQ.invoices"): _queue("DLQ.invoices", "DLQ.invoices", 3, dead=None),
    _bean("$.artemis.internal.x", "x"): _queue("$.artemis.internal.x", "x", InternalQueue=True),
}


def _jolokia(asked: Asked) -> Told:
    answers = []
    for request in json.loads(asked.body):
        if request["attribute"] == "FirstMessageTimestamp":
            told: Any = (_AT - 90) * 1000 if "orders" in request["mbean"] else None
        else:
            told = {"Name": "procurement"} if "component" not in request["mbean"] else _QUEUES
        answers.append({"request": request, "value": told, "timestamp": _AT, "status": 200})
    return Told(body=json.dumps(answers).encode())


def _sampled(url: str, **more: object) -> dict[str, QueueReading]:
    return sampled(KIND, {"url": f"{url}/console/jolokia", "flavour": "artemis", **more})


def test_queues_of_artemis() -> None:
    with answering(_jolokia) as server:
        found = _sampled(server.url, broker_name="procurement")
    assert set(found) == {"orders", "invoices", "DLQ"}
    orders, invoices, shared = found["orders"], found["invoices"], found["DLQ"]
    assert (orders.depth, orders.in_flight, orders.consumers, orders.capacity) == (5, 2, 1, 1000)
    assert (orders.oldest_age_seconds, orders.dead_letters) == (90, None)  # its dead letters lie among all others'
    assert (invoices.depth, invoices.oldest_age_seconds, invoices.dead_letters, invoices.capacity) == (1, None, 3, None)
    assert (shared.depth, shared.dead_letters) == (5, 5)
    request = server.requests[0]
    assert request.target == "/console/jolokia"
    assert request.headers["origin"] == server.url
    asked = json.loads(request.body)
    assert asked[1]["mbean"] == 'org.apache.activemq.artemis:broker="procurement",component=addresses,subcomponent=queues,*'


def test_rates_of_artemis() -> None:
    with answering(_jolokia) as server, built(KIND, {"url": server.url, "flavour": "artemis"}) as poller:
        assert by_queue(poller.sample())["orders"].publish_rate is None
        assert by_queue(poller.sample())["orders"].publish_rate == 0


def test_figures_left_out_stay_unknown() -> None:
    def respond(asked: Asked) -> Told:
        beans = {_bean("orders", "orders"): {"Name": "orders"}, _bean("odd", "odd"): {"Name": "odd", "MessageCount": "many"}}
        answers = [{"value": each, "status": 200} for each in ({"Name": "x"}, beans)]
        return Told(body=json.dumps(answers if b"component" in asked.body else []).encode())

    with answering(respond) as server:
        found = _sampled(server.url)
    for reading in found.values():
        for figure in (
            "depth",
            "in_flight",
            "consumers",
            "oldest_age_seconds",
            "publish_rate",
            "ack_rate",
            "dead_letters",
            "capacity",
        ):
            assert getattr(reading, figure) is None, figure


def test_a_user_who_may_not_browse_still_sees_depths() -> None:
    def respond(asked: Asked) -> Told:
        if b"FirstMessageTimestamp" in asked.body:
            refused = {"error": "java.lang.SecurityException: no", "status": 403}
            return Told(body=json.dumps([refused for _ in json.loads(asked.body)]).encode())
        return _jolokia(asked)

    with answering(respond) as server:
        orders = _sampled(server.url)["orders"]
    assert (orders.depth, orders.oldest_age_seconds) == (5, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>sign in</html>", "not JSON; check the address"),
        (b"{}", "refused: 0"),
        (b"[]", "does not answer as Jolokia does; check the address"),
        (b"[1, 2]", "does not answer as Jolokia does"),
        (b'[{"status": 200, "value": {}}, {"status": 200, "value": [1]}]', "shape not known; check flavour"),
        (
            b'[{"status": 200}, {"status": 403, "error": "java.lang.SecurityException: not allowed"}]',
            "403 .*check the credentials",
        ),
        (b'{"status": 500, "error": "java.lang.Error: x\\nPATIENT 1"}', "500 java.lang.Error: x; see the broker's log"),
    ],
)
def test_what_is_no_answer(body: bytes, message: str) -> None:
    with answering(lambda _: Told(body=body)) as server, pytest.raises(PollFailed, match=message) as failed:
        _sampled(server.url)
    assert "PATIENT" not in str(failed.value)


def test_unreachable_and_silent() -> None:
    with pytest.raises(PollFailed, match="cannot be reached"):
        _sampled(f"http://127.0.0.1:{free_port()}")
    with answering_nothing() as port, pytest.raises(PollFailed, match="did not answer within"):
        sampled(KIND, {"url": f"http://127.0.0.1:{port}"}, timeout=0.2)


def test_a_token_with_a_line_break_is_not_repeated() -> None:
    with answering(_jolokia) as server, pytest.raises(PollFailed, match="such as a line break; check token") as failed:
        sampled(KIND, {"url": server.url, "token": {"env": "TOKEN"}}, {"TOKEN": "s3cr3t\nof activemq"})
    assert "s3cr3t" not in str(failed.value) and failed.value.__cause__ is None
