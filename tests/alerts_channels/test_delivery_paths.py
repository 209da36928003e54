"""The outbox with real receivers: dead letters, slow receivers, the store away, the mail server's ways, proxies and private authorities."""

from __future__ import annotations

import http.server
import select
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from alerts import channels, record
from alerts.channels.channel import Outcome
from alerts.delivery.lanes import Lanes
from alerts.delivery.outbox import Outbox
from alerts.journal import Journal
from alerts.notification import Notification
from analytics.context import Context
from store.errors import StoreUnavailable
from tests.alerts.test_decisions import condition
from tests.alerts_channels.notices import ENDED, NOTICE, SECRETS, built, entry
from tests.conftest import NOW
from tests.support.alertmanager import alertmanager
from tests.support.certificates import Certificate, self_signed
from tests.support.media import Answer, Media, media
from tests.support.network import small_network
from tests.support.receivers import Mailbox, free_port, mail_server

_MAIL = {"kind": "email", "id": "mail", "host": "127.0.0.1", "sender": "s@test.health", "timeout": "2s"}


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def owed(context: Context, *notices: Notification) -> None:
    """In the record, as a decision leaves them."""
    from alerts.decisions import Decision, Kind
    from alerts.incidents import opened_by

    incident = opened_by(condition("failure|a"), "I-1", "first", False)
    Journal(context).record([(Decision(Kind.OPENED, incident, "first"), notices)], context.now)


def outbox(context: Context, found: list[dict[str, Any]], clock: Clock, lanes: Lanes | None = None) -> tuple[Context, Outbox]:
    timed = replace(context, configuration=small_network(channels=found, routes=[]), clock=clock)
    return timed, Outbox(timed, channels.build(timed.configuration, SECRETS), lanes)


def test_a_refusal_is_told_elsewhere_once_with_its_reason(context: Context) -> None:
    with media() as world, mail_server() as mailbox:
        world.behave = lambda _: Answer(404)
        timed, box = outbox(context, [entry("pagerduty", world.url), {**_MAIL, "port": mailbox.port}], Clock())
        owed(timed, replace(NOTICE, recipients=("a@b.health", "c@d.health")))
        box.deliver()
        box.deliver()
        box.deliver()
        assert sorted(str(m["To"]) for m in mailbox.messages) == ["a@b.health", "c@d.health"], "one mail a person"
        assert "Not delivered through: c: PagerDuty answered 404" in mailbox.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        (dead,) = [d for d in record.deliveries(timed) if d.state == "dead"]
        assert (dead.channel, dead.told_elsewhere) == ("c", "mail")
        assert [d.notification_id for d in record.deliveries(timed, person="c@d.health") if d.channel == "mail"] != []


def test_what_takes_too_long_is_told_elsewhere_and_still_tried(context: Context) -> None:
    clock = Clock()
    with media() as world, mail_server() as mailbox:
        world.behave = lambda _: Answer(503)
        timed, box = outbox(context, [entry("pagerduty", world.url), {**_MAIL, "port": mailbox.port}], clock)
        owed(timed, NOTICE)
        for _ in range(14):
            box.deliver()
            clock.now += timedelta(minutes=2)
        assert len(mailbox.messages) == 1, "alarmed once"
        world.behave = lambda _: Answer()
        clock.now += timedelta(minutes=15)
        box.deliver()
        assert len(world.of("pagerduty")) == 1, "and delivered after all"


def test_when_nobody_is_left_the_dead_letter_says_so(context: Context) -> None:
    with media() as world:
        world.behave = lambda _: Answer(400)
        timed, box = outbox(context, [entry("pagerduty", world.url)], Clock())
        owed(timed, NOTICE)
        box.deliver()
        (dead,) = record.deliveries(timed)
        assert (dead.state, dead.told_elsewhere) == ("dead", "nobody: no other channel is left")


def test_a_slow_receiver_holds_no_other_channel_up_and_kick_comes_back_at_once(context: Context) -> None:
    lanes = Lanes()
    with media() as world:
        world.behave = lambda medium: Answer(stall=medium == "teams")
        slow = {**entry("teams", world.url), "id": "slow", "url": {"env": "TEAMS"}}
        timed = replace(
            context, configuration=small_network(channels=[slow, entry("pagerduty", world.url)], routes=[]), clock=Clock()
        )
        box = Outbox(timed, channels.build(timed.configuration, {**SECRETS, "TEAMS": f"{world.url}/teams"}), lanes)
        owed(timed, replace(NOTICE, channel="slow", notification_id="n1"), NOTICE)
        began = time.monotonic()
        box.kick()
        kicked = time.monotonic() - began
        while not world.of("pagerduty") and time.monotonic() - began < 20:
            time.sleep(0.01)
        quick = time.monotonic() - began
        assert lanes.of("slow").busy, "the slow one is still waited for"
        lanes.close()
        assert (kicked <= quick, len(world.of("pagerduty"))) == (True, 1)
        assert [d.possible_repeat for d in record.deliveries(timed) if d.channel == "slow"] == [True]


def test_the_record_rests_while_nothing_is_owed_and_only_then(context: Context) -> None:
    clock = Clock()
    with media() as world:
        world.behave = lambda _: Answer(503)
        timed, box = outbox(context, [entry("pagerduty", world.url)], clock)
        assert not box.idle, "nobody has looked yet"
        box.deliver()
        assert box.idle
        owed(timed, NOTICE)
        box.deliver()
        assert not box.idle, "what failed is tried again when its time comes"
        world.behave = lambda _: Answer()
        clock.now += timedelta(minutes=2)
        box.deliver()
        box.deliver()
        assert (box.idle, len(world.of("pagerduty"))) == (True, 1)
        clock.now += timedelta(seconds=5)
        assert not box.idle


def test_what_was_sent_while_the_store_was_away_is_not_sent_again(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    with media() as world:
        timed, box = outbox(context, [entry("webhook", world.url) | {"url": f"{world.url}/webhook"}], Clock())
        owed(timed, NOTICE)

        def away(rows: Any) -> None:
            raise StoreUnavailable("away")

        with monkeypatch.context() as broken:
            broken.setattr(box._record, "end", away)
            with pytest.raises(StoreUnavailable):
                box.deliver()
        box.deliver()
        box.deliver()
        assert len(world.of("webhook")) == 1
        assert [d.state for d in record.deliveries(timed)] == ["sent"]


def test_a_channel_that_asks_to_wait_is_left_alone_for_all_its_messages(context: Context) -> None:
    clock, asked = Clock(), []

    def behave(_: str) -> Answer:
        asked.append(clock.now)
        return Answer(429, (("Retry-After", "60"),)) if len(asked) == 1 else Answer()

    with media() as world:
        world.behave = behave
        timed, box = outbox(context, [entry("pagerduty", world.url)], clock)
        owed(timed, *(replace(NOTICE, notification_id=f"n{n}", incident_id=f"I-{n}") for n in range(3)))
        box.deliver()
        clock.now += timedelta(seconds=59)
        box.deliver()
        assert len(asked) == 1
        clock.now += timedelta(seconds=1)
        box.deliver()
        assert len(world.of("pagerduty")) == 3


def test_a_message_of_a_channel_that_is_no_more_is_told_elsewhere(context: Context) -> None:
    clock = Clock()
    with media() as world:
        timed, box = outbox(context, [entry("pagerduty", world.url)], clock)
        owed(timed, replace(NOTICE, channel="gone"))
        box.deliver()
        assert world.arrivals == []
        clock.now += timedelta(minutes=11)
        box.deliver()
        box.deliver()
        assert len(world.of("pagerduty")) == 1


def test_a_real_alertmanager_shows_the_incident_until_it_is_over(tmp_path: Path) -> None:
    with alertmanager({"route": {"receiver": "r"}, "receivers": [{"name": "r"}]}, tmp_path) as server:
        url = str(server._client.base_url)
        now = datetime.now(UTC)
        opened = replace(NOTICE, decided=now, since=now - timedelta(minutes=1))
        channel = built("alertmanager", url)
        assert channel.send(opened).outcome is Outcome.SENT
        assert [a["labels"]["incident"] for a in active(url)] == ["I-1"]
        raised = replace(opened, kind="severity raised", severity="critical")
        assert channel.send(replace(opened, severity="warning")).outcome is Outcome.SENT
        assert channel.send(raised).outcome is Outcome.SENT
        assert [a["labels"]["severity"] for a in active(url)] == ["critical"]
        assert channel.send(replace(ENDED, decided=now, ended=now, since=now - timedelta(minutes=1))).outcome is Outcome.SENT
        assert active(url) == []


def active(url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{url}/api/v2/alerts", params={"active": "true"}, trust_env=False).json()
    return found


class _Smtpd(Controller):
    """aiosmtpd with TLS from the first byte, STARTTLS, or neither, and one user."""

    def __init__(self, handler: Any, port: int, certificate: Certificate, security: str) -> None:
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate.certificate, certificate.key)
        self._security = security
        super().__init__(handler, hostname="127.0.0.1", port=port, ssl_context=self._tls if security == "tls" else None)

    def factory(self) -> SMTP:
        def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            return AuthResult(success=(data.login, data.password) == (b"alerts", b"mail-s3cret"))

        more: dict[str, Any] = (
            {"tls_context": self._tls, "require_starttls": True} if self._security == "starttls" else {"auth_require_tls": False}
        )
        return SMTP(self.handler, authenticator=check, auth_required=self._security == "starttls", **more)


@contextmanager
def secure_mail(folder: Path, security: str) -> Iterator[tuple[Mailbox, Path]]:
    certificate, mailbox = self_signed(folder), Mailbox(free_port())
    controller = _Smtpd(mailbox, mailbox.port, certificate, security)
    controller.start()
    try:
        yield mailbox, certificate.certificate
    finally:
        controller.stop()


def mail(port: int, **more: Any) -> Any:
    signed_in = {"username": {"env": "SMTP_USER"}, "password": {"env": "SMTP_PASSWORD"}}
    configuration = small_network(channels=[{**_MAIL, "port": port, **signed_in, **more}], routes=[])
    return channels.build(configuration, SECRETS)["mail"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_is_encrypted_signed_in_and_trusts_a_private_authority_only_when_told(tmp_path: Path, security: str) -> None:
    with secure_mail(tmp_path, security) as (mailbox, authority):
        assert mail(mailbox.port, security=security).send(NOTICE).outcome is Outcome.RETRY, "a certificate nobody vouches for"
        assert mailbox.messages == []
        assert mail(mailbox.port, security=security, ca_file=str(authority)).send(NOTICE).outcome is Outcome.SENT
        assert len(mailbox.messages) == 1


def test_mail_carries_its_course_as_a_picture_inside() -> None:
    with mail_server() as mailbox:
        configuration = small_network(channels=[{**_MAIL, "port": mailbox.port}], routes=[])
        said = replace(NOTICE, series=(0.0, 1.0, 5.0, 2.0), series_label="Errors")
        assert channels.build(configuration, SECRETS)["mail"].send(said).outcome is Outcome.SENT
        (arrived,) = mailbox.messages
        (picture,) = [part for part in arrived.walk() if part.get_content_type() == "image/png"]
        html = arrived.get_body(("html",)).get_content()  # type: ignore[union-attr]
        assert f"cid:{str(picture['Content-ID']).strip('<>')}" in html
        assert 'alt="Errors: 0, 1, 5, 2"' in html
        assert picture.get_content()[:8] == b"\x89PNG\r\n\x1a\n"


class _Proxy(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """An HTTP proxy that forwards requests and makes tunnels, and notes each."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(f"CONNECT {self.path}")
            host, port = self.path.rsplit(":", 1)
            with socket.create_connection((host, int(port)), 5) as there:
                self.send_response(200)
                self.end_headers()
                pair = [self.connection, there]
                while True:
                    ready, _, _ = select.select(pair, [], [], 5)
                    data = [(one, one.recv(65536)) for one in ready]
                    if not data or any(not got for _, got in data):
                        return
                    for one, got in data:
                        (there if one is self.connection else self.connection).sendall(got)

        def do_POST(self) -> None:
            asked.append(f"POST {self.path}")
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = httpx.post(
                self.path,
                content=body,
                headers={k: v for k, v in self.headers.items() if k.lower() not in ("host", "proxy-connection")},
                trust_env=False,
            )
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    with _Proxy(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.mark.parametrize("kind", ["slack_webhook", "slack", "webhook", "pagerduty", "alertmanager", "teams"])
def test_every_client_goes_through_the_proxy(kind: str) -> None:
    with media() as world, proxy() as (address, asked):
        assert built(kind, world.url, proxy=address).send(NOTICE).outcome is Outcome.SENT
        assert len(asked) == 1
        assert world.problems == []


def test_mail_goes_through_the_proxy_as_well() -> None:
    with mail_server() as mailbox, proxy() as (address, asked):
        configuration = small_network(channels=[{**_MAIL, "port": mailbox.port}], routes=[], outbound={"proxy": address})
        assert channels.build(configuration, SECRETS)["mail"].send(NOTICE).outcome is Outcome.SENT
        assert (len(mailbox.messages), asked) == (1, [f"CONNECT 127.0.0.1:{mailbox.port}"])


def test_a_private_authority_is_trusted_when_told(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with tls_media(certificate) as (world, url):
        assert built("webhook", url).send(NOTICE).outcome is Outcome.RETRY
        assert built("webhook", url, ca_file=str(certificate.certificate)).send(NOTICE).outcome is Outcome.SENT
        assert len(world.of("webhook")) == 1
    configuration = small_network(channels=[entry("webhook", "x", ca_file="/nowhere.pem")], routes=[])
    assert channels.build(configuration, {**SECRETS, "URL": "http://x"}) == {}, "left out with a warning"


@contextmanager
def tls_media(certificate: Certificate) -> Iterator[tuple[Media, str]]:
    """A TLS front before the receivers."""
    with media() as world:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)
        there = int(world.url.rpartition(":")[2])

        class Front(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                try:
                    with (
                        context.wrap_socket(self.request, server_side=True) as near,
                        socket.create_connection(("127.0.0.1", there), 5) as far,
                    ):
                        far.sendall(_whole(near.recv))
                        near.sendall(_whole(far.recv))
                except OSError:
                    return

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Front) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield world, f"https://127.0.0.1:{server.server_address[1]}"
            server.shutdown()


def _whole(receive: Callable[[int], bytes]) -> bytes:
    """One HTTP message with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += receive(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    while len(body) < length:
        body += receive(65536)
    return head + b"\r\n\r\n" + body


def test_apprise_reaches_a_service_and_says_what_it_does_not_know() -> None:
    with media() as world:
        taken: list[str] = []
        world.behave = lambda medium: (taken.append(medium), Answer())[1]
        configuration = small_network(channels=[entry("apprise", "x")], routes=[])
        address = world.url.replace("http://", "json://") + "/apprise"
        assert channels.build(configuration, {**SECRETS, "URL": "nonsense://x"})["c"].send(NOTICE).outcome is Outcome.REFUSED
        assert channels.build(configuration, {**SECRETS, "URL": address})["c"].send(NOTICE).outcome is Outcome.SENT
        (arrival,) = world.of("apprise")
        assert (arrival.body["title"], arrival.body["type"]) == ("[critical] Item 40-2217 has no mapping.", "failure")
        assert "http://s/incidents?incident=I-1" in arrival.body["message"]
