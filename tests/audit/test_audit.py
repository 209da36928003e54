"""The audit log: one question over every record, and its way out as file and syslog with nothing lost over a restart."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from alerts import audit as log
from alerts import record
from alerts.audit import export, syslog
from alerts.commands import Action, Command, Source, append
from alerts.scheduler_step import Alerting
from analytics.context import Context
from analytics.scope import Scope
from domain.audit import AuditExport, Syslog
from domain.interval import Interval
from reports.record import Command as ReportCommand
from reports.record import ask, refuse
from server.routes import audit as routes
from tests.conftest import NOW
from tests.support.certificates import self_signed
from tests.support.telemetry import Telemetry


@dataclass
class Receiver:
    """A syslog receiver: frames of each connection, told apart as RFC 6587 counts octets; `dies` resets connections after reading."""

    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    dies: bool = False
    stays_open: bool = False


@contextmanager
def receiving(transport: str, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    server, receiver = socket.socket(socket.AF_INET, kind), Receiver()
    server.bind(("127.0.0.1", 0))
    receiver.port = server.getsockname()[1]

    def take() -> None:
        while True:
            try:
                if transport == "udp":
                    if received := server.recv(65536):
                        receiver.messages.append(received)
                    continue
                connection, _ = server.accept()
            except OSError:
                return
            try:
                with tls.wrap_socket(connection, server_side=True) if tls else connection as opened:
                    _read(opened, receiver)
            except OSError:
                continue

    if transport != "udp":
        server.listen()
    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    yield receiver
    if transport == "udp":
        server.close()  # A datagram socket in recv is not woken by close alone.
    else:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def _read(connection: socket.socket, receiver: Receiver) -> None:
    data = b""
    while part := connection.recv(65536):
        data += part
    if receiver.dies:  # Killed before it kept anything: the kernel resets what it did not answer.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        return
    while data:
        length, _, rest = data.partition(b" ")
        receiver.messages.append(rest[: int(length)])
        data = rest[int(length) :]
    if isinstance(connection, ssl.SSLSocket):
        connection.unwrap()


def ids(receiver: Receiver) -> list[str]:
    return [orjson.loads(one.partition(b"\xef\xbb\xbf")[2])["event_id"] for one in receiver.messages]


class House:
    def __init__(self, context: Context, telemetry: Telemetry, settings: AuditExport) -> None:
        self.now, self.telemetry = NOW, telemetry
        configuration = context.configuration.model_copy(update={"audit": settings})
        self.context = replace(context, configuration=configuration, clock=lambda: self.now)

    def passes(self, seconds: int = 5) -> None:
        self.now += timedelta(seconds=seconds)

    def incident(self) -> str:
        self.telemetry.span("load price", self.now - timedelta(minutes=1), 1, error="No mapping for item 40-2217 at H07",
                            interface_id="erp-price-load", contract_id="MS-7895", facility_id="H07", item_id="40-2217", correlation_id="C-1")  # fmt: skip
        Alerting(self.context, {}, "").step()
        return record.incidents(self.context)[0].incident_id

    def entries(self, **asked: Any) -> tuple[log.Entry, ...]:
        return log.audit(self.context, Interval(NOW - timedelta(days=1), self.now + timedelta(hours=1)), **asked)


@pytest.fixture
def house(context: Context, telemetry: Telemetry) -> House:
    return House(context, telemetry, AuditExport())


def sent_to(house: House, settings: AuditExport) -> Context:
    return replace(house.context, configuration=house.context.configuration.model_copy(update={"audit": settings}))


def told(entries: tuple[log.Entry, ...]) -> list[tuple[str, str, str, str]]:
    return [(e.actor, e.door, e.action, e.outcome) for e in entries]


def test_every_record_is_in_it_with_who_when_what_door_and_outcome(house: House) -> None:
    incident = house.incident()
    house.passes()
    asked = append(house.context, Command(Action.ACKNOWLEDGE, "integration", incident, "on it", source=Source.CLI))
    wrong = append(house.context, Command(Action.ACKNOWLEDGE, "nobody", incident, source=Source.API))
    house.passes()
    Alerting(house.context, {}, "").step()
    report = ReportCommand("r-1", "leadership", "2026-W46", 0, "cfo")
    ask(house.context.store, report, house.now)
    refuse(house.context.store, report, "there is no such week", house.now + timedelta(seconds=1))
    log.note(house.context, "operator", "configuration", "change configuration", "abc", "active", "before: def")
    found = house.entries()
    assert {
        ("integration", "cli", "acknowledge", "asked"),
        ("integration", "scheduler", "answer command", "accepted"),
        ("nobody", "scheduler", "answer command", "refused"),
        ("scheduler", "scheduler", "decide incident", "open"),
        ("cfo", "api", "make report", "asked"),
        ("scheduler", "scheduler", "answer command", "refused"),
        ("operator", "configuration", "change configuration", "active"),
    } <= {*told(found)}
    assert found == tuple(sorted(found, key=lambda e: (e.at, e.event_id))) and len({e.event_id for e in found}) == len(found)
    assert {e.outcome for e in found if e.reference == asked} == {"asked", "accepted"}
    assert {e.outcome for e in found if e.reference == wrong} == {"asked", "refused"}
    assert {e.object for e in house.entries(actor="integration")} == {f"incident {incident}"}
    assert house.entries() == found, "the same events have the same ids"


def test_pages_go_on_where_the_last_ended_and_a_narrowed_scope_sees_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(7):
        log.note(house.context, f"p{n}", "page", "open", "x", "done")  # all in the same instant
    monkeypatch.setattr("alerts.audit.record.PAGE", 3)
    found = [*log.pages(house.context, Interval(NOW - timedelta(1), NOW + timedelta(1)))]
    assert {e.actor for e in found} >= {f"p{n}" for n in range(7)} and len({e.event_id for e in found}) == len(found)
    assert (
        log.audit(replace(house.context, scope=Scope("x", frozenset({"H07"}))), Interval(NOW - timedelta(1), NOW + timedelta(1)))
        == ()
    )


@pytest.fixture
def client(house: House) -> TestClient:
    app = FastAPI()
    app.state.runtime = SimpleNamespace(context=house.context)
    app.include_router(routes.router)
    return TestClient(app)


def test_over_http_as_json_lines_of_json_and_csv(house: House, client: TestClient) -> None:
    log.note(house.context, "=cmd|x", "page", "open", "x, y", "done", 'said "no"\nand went')
    between = {"from": (NOW - timedelta(hours=1)).isoformat(), "to": (NOW + timedelta(hours=1)).isoformat(), "actor": "=cmd|x"}
    (one,) = client.get("/api/v1/audit", params=between).json()
    assert (one["actor"], one["detail"], one["at"]) == ("=cmd|x", 'said "no"\nand went', "2026-11-19T15:00:00Z")
    (line,) = client.get("/api/v1/audit", params=between | {"format": "jsonl"}).text.splitlines()
    assert orjson.loads(line) == one | {"at": "2026-11-19T15:00:00Z"}
    as_csv = client.get("/api/v1/audit", params=between | {"format": "csv"})
    assert as_csv.text.splitlines()[0] == "event_id,at,actor,door,action,object,outcome,detail,reference"
    assert "'=cmd|x" in as_csv.text and '"x, y"' in as_csv.text
    assert client.get("/api/v1/audit", params={"format": "xml"}).status_code == 422
    assert client.get("/api/v1/audit", params={"from": "2026-11-19T15:00:00"}).status_code == 400


def test_a_file_is_appended_privately_survives_rotation_and_a_cut_line(house: House, tmp_path: Path) -> None:
    path = tmp_path / "logs" / "audit.jsonl"
    context = sent_to(house, AuditExport(file=str(path)))
    log.note(context, "before", "page", "open", "x", "done")
    house.passes()
    assert export.step(context) == 0, "a target is told what happens from its first turn on"
    log.note(context, "a", "page", "open", "x", "done")
    assert export.step(context) == 1 and stat.S_IMODE(path.stat().st_mode) == 0o600
    path.rename(tmp_path / "audit.jsonl.1")
    house.passes()
    log.note(context, "b", "page", "open", "x", "done")
    assert (export.step(context), export.step(context)) == (1, 0)
    with path.open("ab") as cut:
        cut.write(b'{"event_id": "cut of')
    house.passes()
    log.note(context, "c", "page", "open", "x", "done")
    assert export.step(context) == 1
    lines = path.read_bytes().splitlines()
    assert [orjson.loads(line)["actor"] for line in (lines[0], lines[2])] == ["b", "c"]


def test_what_is_recorded_long_after_its_time_is_exported_too_and_once(house: House, tmp_path: Path) -> None:
    context = sent_to(house, AuditExport(file=str(tmp_path / "audit.jsonl")))
    export.step(context)
    house.passes(86_400)
    log.note(context, "now", "page", "open", "x", "done")
    export.step(context)
    late = replace(context, clock=lambda: NOW + timedelta(hours=1))
    log.note(late, "late", "page", "open", "x", "done")
    assert (export.step(context), export.step(context)) == (1, 0)


def test_a_target_that_fails_is_named_and_holds_no_other_up(house: House, tmp_path: Path) -> None:
    with receiving("tcp") as gone:
        port = gone.port
    settings = AuditExport(file=str(tmp_path / "audit.jsonl"), syslog=Syslog(host="127.0.0.1", port=port, transport="tcp"))
    context = sent_to(house, settings)
    export.step(context)
    log.note(context, "a", "page", "open", "x", "done")
    with pytest.raises(export.ExportFailed, match=rf"syslog at 127.0.0.1:{port} over tcp did not take the audit log"):
        export.step(context)
    assert len((tmp_path / "audit.jsonl").read_bytes().splitlines()) == 1


def test_a_receiver_killed_before_it_kept_them_is_sent_them_again_and_a_restart_goes_on(house: House) -> None:
    with receiving("tcp") as receiver:
        context = sent_to(house, AuditExport(syslog=Syslog(host="127.0.0.1", port=receiver.port, transport="tcp")))
        export.step(context)
        for n in range(25):
            log.note(context, f"p{n}", "page", "open", "x", "done")
            house.passes(1)
        receiver.dies = True
        with pytest.raises(export.ExportFailed, match="ConnectionResetError"):
            export.step(context)
        receiver.dies = False
        monkey = pytest.MonkeyPatch()
        monkey.setattr(export, "BATCH", 10)
        monkey.setattr(export, "_AT_MOST", 1)
        assert export.step(replace(context)) == 10
        marked, export._mark = export._mark, _killed  # type: ignore[assignment]
        with pytest.raises(KeyboardInterrupt):  # killed between the receiver's taking them and the mark
            export.step(replace(context))
        export._mark = marked  # type: ignore[assignment]
        assert (export.step(context), export.step(context), export.step(context)) == (10, 5, 0)
        monkey.undo()
    got = ids(receiver)
    assert len({*got}) == 25 and len(got) == 35, "nothing is lost; only the batch whose mark was cut off comes twice"


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_over_udp_each_entry_is_a_datagram(house: House) -> None:
    with receiving("udp") as receiver:
        context = sent_to(
            house, AuditExport(syslog=Syslog(host="127.0.0.1", port=receiver.port, transport="udp", facility="local3"))
        )
        export.step(context)
        log.note(context, "a", "page", "open", 'x "]\\\n', "refused")
        assert export.step(context) == 1
        _until(lambda: bool(receiver.messages))
    (one,) = receiver.messages
    assert one.startswith(b"<156>1 2026-11-19T15:00:00.000000Z ")  # local3 (19) * 8 + warning (4)
    assert b" supplyscope " in one and b'object="x \\"\\]\\\\ "' in one


def test_over_tls_with_an_authority_of_ones_own_and_never_without(house: House, tmp_path: Path) -> None:
    made = self_signed(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made.certificate, made.key)
    with receiving("tls", server) as receiver:
        to = Syslog(host="127.0.0.1", port=receiver.port, ca_file=str(made.certificate))
        entry = log.Entry("e1", NOW, "a", "page", "open", "x", "done", "", "")
        syslog.send([entry, replace(entry, event_id="e2")], to)
        with pytest.raises(syslog.SyslogAway, match="CERTIFICATE_VERIFY_FAILED"):
            syslog.send([entry], to.model_copy(update={"ca_file": None}))
    assert ids(receiver) == ["e1", "e2"]


def _until(reached: Any) -> None:
    pause, until = threading.Event(), datetime.now().astimezone() + timedelta(seconds=20)
    while not reached():
        assert datetime.now().astimezone() < until, "it did not come"
        pause.wait(0.01)
