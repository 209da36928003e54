"""The Azure library against a loopback server that speaks the documented Atom feeds of the management API over TLS."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from collector.queues.poller import PollFailed, QueueReading
from collector.queues.service_bus import KIND
from tests.support.answering import Asked, Told, answering
from tests.support.certificates import self_signed
from tests.support.pollers import answering_nothing, sampled
from tests.support.receivers import free_port

_KEY = "czNjcjN0LW9mLWF6dXJl"
_ENVIRONMENT = {"AZURE_KEY": _KEY}
_ATOM = "http://www.w3.org/2005/Atom"
_BUS = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect"
_COUNTS = "http://schemas.microsoft.com/netservices/2011/06/servicebus"


@dataclass(frozen=True)
class Certificate:
    path: str
    context: ssl.SSLContext


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    own = self_signed(tmp_path_factory.mktemp("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own.certificate, own.key)
    return Certificate(str(own.certificate), context)


def _feed(kind: str, entries: dict[str, dict[str, int] | None], asked: Asked, page: int = 100) -> Told:
    """A page of a feed; a second link leads to the next one."""
    query = parse_qs(urlsplit(asked.target).query)
    skip = int(query.get("$skip", ["0"])[0])
    names = list(entries)[skip : skip + page]
    body = "".join(f"<entry><title type='text'>{name}</title>{_content(kind, entries[name])}</entry>" for name in names)
    links = "<link rel='self' href='https://x/'/>"
    if skip + page < len(entries):
        links += f"<link rel='next' href='https://x/?$skip={skip + page}&amp;$top={page}'/>"
    feed = f"<feed xmlns='{_ATOM}'><title type='text'>x</title>{links}{body}</feed>"
    return Told(body=feed.encode(), headers={"Content-Type": "application/atom+xml;type=feed;charset=utf-8"})


def _content(kind: str, counts: dict[str, int] | None) -> str:
    if counts is None:
        inner = ""
    else:
        figures = "".join(f"<d2p1:{name}>{value}</d2p1:{name}>" for name, value in counts.items())
        inner = f"<CountDetails xmlns:d2p1='{_COUNTS}'>{figures}</CountDetails>"
    return f"<content type='application/xml'><{kind} xmlns='{_BUS}'>{inner}</{kind}></content>"


def _counts(active: int, dead: int = 0, scheduled: int = 0, transfer_dead: int = 0) -> dict[str, int]:
    return {
        "ActiveMessageCount": active, "DeadLetterMessageCount": dead, "ScheduledMessageCount": scheduled, "TransferMessageCount": 0,
        "TransferDeadLetterMessageCount": transfer_dead,
    }  # fmt: skip


_QUEUES = {"po-out": _counts(5, dead=2, scheduled=4, transfer_dead=1), "invoice-in": _counts(0), "test": _counts(1)}
_SUBSCRIPTIONS = {"erp": _counts(3, dead=1), "audit": _counts(0)}


def _namespace(asked: Asked) -> Told:
    path = urlsplit(asked.target).path
    if not re.fullmatch(r"SharedAccessSignature sr=[^&]+&sig=[^&]+&se=\d+&skn=reader", asked.headers.get("authorization", "")):
        return Told(401, b"<Error><Code>401</Code></Error>")
    if path == "/$Resources/queues":
        return _feed("QueueDescription", dict(_QUEUES), asked, page=2)
    if path == "/$Resources/topics":
        return _feed("TopicDescription", {"prices": None}, asked)
    assert path == "/prices/subscriptions", path
    return _feed("SubscriptionDescription", dict(_SUBSCRIPTIONS), asked)


def _settings(address: str, certificate: Certificate, **more: object) -> dict[str, object]:
    access = {"namespace": address, "key_name": "reader", "key": {"env": "AZURE_KEY"}, "tls": {"ca": certificate.path}}
    return access | more


def _sampled(respond: Callable[[Asked], Told], certificate: Certificate, **more: object) -> dict[str, QueueReading]:
    with answering(respond, certificate.context) as server:
        return sampled(KIND, _settings(server.url.removeprefix("https://"), certificate, **more), _ENVIRONMENT)


def test_queues_and_subscriptions(certificate: Certificate) -> None:
    found = _sampled(_namespace, certificate)
    assert set(found) == {"po-out", "invoice-in", "test", "prices/erp", "prices/audit"}
    orders = found["po-out"]
    assert (orders.depth, orders.dead_letters, orders.broker) == (5, 3, "test")
    assert (found["invoice-in"].depth, found["invoice-in"].dead_letters) == (0, 0)
    assert (found["prices/erp"].depth, found["prices/erp"].dead_letters) == (3, 1)
    assert orders.oldest_age_seconds is orders.in_flight is orders.consumers is orders.publish_rate is orders.ack_rate is None


def test_queues_are_chosen_by_name(certificate: Certificate) -> None:
    assert set(_sampled(_namespace, certificate, queues=["po-*", "prices/*"], exclude=["*/audit"])) == {"po-out", "prices/erp"}
    assert set(_sampled(_namespace, certificate, subscriptions=False)) == {"po-out", "invoice-in", "test"}
    with pytest.raises(PollFailed, match="more queues of these names than queue_limit 2"):
        _sampled(_namespace, certificate, queue_limit=2)


def test_scheduled_messages_count_when_asked_for(certificate: Certificate) -> None:
    assert _sampled(_namespace, certificate, count_scheduled=True)["po-out"].depth == 9


def test_a_connection_string(certificate: Certificate) -> None:
    with answering(_namespace, certificate.context) as server:
        address = server.url.removeprefix("https://")
        text = f"Endpoint=sb://{address}/;SharedAccessKeyName=reader;SharedAccessKey={_KEY}"
        settings = {"connection_string": {"env": "STRING"}, "tls": {"ca": certificate.path}, "queues": ["test"]}
        assert sampled(KIND, settings, {"STRING": text})["test"].depth == 1


@pytest.mark.parametrize("counts", [None, {}, {"ActiveMessageCount": -1}])
def test_figures_left_out_stay_unknown(certificate: Certificate, counts: dict[str, int] | None) -> None:
    def respond(asked: Asked) -> Told:
        return _feed("QueueDescription", {"q": counts} if "queues" in asked.target else {}, asked)

    reading = _sampled(respond, certificate)["q"]
    assert (reading.depth, reading.dead_letters) == (None, None)


def test_wrong_key(certificate: Certificate) -> None:
    with pytest.raises(PollFailed, match="refused: 401; check connection_string, or key_name and key") as failed:
        _sampled(_namespace, certificate, key_name="other")
    assert _KEY not in str(failed.value)


@pytest.mark.parametrize(
    ("settings", "environment"),
    [({}, {}), ({"namespace": "x"}, {}), ({"connection_string": {"env": "S"}}, {"S": "hunter2"})],
)
def test_settings_that_cannot_sign_in(settings: dict[str, Any], environment: dict[str, str]) -> None:
    with pytest.raises(PollFailed, match=r"connection_string") as failed:
        sampled(KIND, settings, environment)
    assert "hunter2" not in str(failed.value)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (Told(403, b"<Error/>"), "refused: 403; give the shared access policy the right Manage"),
        (Told(404), "refused: 404; check the namespace"),
        (Told(500, b"PATIENT 1"), "refused: 500; see whether"),
        (Told(200, b"<html>"), "Service Bus .* (cannot be read|refused)"),
        (Told(200, b"PATIENT"), "Service Bus .* (cannot be read|refused)"),
    ],
)
def test_what_is_no_answer(certificate: Certificate, told: Told, message: str) -> None:
    with pytest.raises(PollFailed, match=message) as failed:
        _sampled(lambda _: told, certificate)
    assert "PATIENT" not in str(failed.value)


def test_a_certificate_nobody_signed(certificate: Certificate) -> None:
    with pytest.raises(PollFailed, match=r"cannot be reached .*check namespace"):
        _sampled(_namespace, certificate, tls={})


@pytest.fixture(autouse=True)
def _without_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The poller must not take one from the environment; nobody listens there."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    yield


def test_unreachable_and_silent(certificate: Certificate) -> None:
    with pytest.raises(PollFailed, match="cannot be reached"):
        sampled(KIND, _settings(f"127.0.0.1:{free_port()}", certificate), _ENVIRONMENT)
    with answering_nothing() as port, pytest.raises(PollFailed, match="did not answer in time"):
        sampled(KIND, _settings(f"127.0.0.1:{port}", certificate), _ENVIRONMENT, timeout=0.3)
