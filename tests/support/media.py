"""Receivers of every HTTP medium on loopback. Each checks the request as its documentation has it, and none removes doubles."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.slack_rules import slack_problems

SLACK_TOKEN, PAGERDUTY_KEY = "xoxb-test-token", "R0123456789ABCDEF0123456789ABCDE"
SERVICENOW_USER, SERVICENOW_PASSWORD = "supplyscope", "s3cret"


@dataclass(frozen=True)
class Answer:
    """What a receiver does: 200 takes it; another status does not; stall never answers."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    stall: bool = False


@dataclass
class Arrival:
    """One request that was taken."""

    medium: str
    body: Any
    headers: dict[str, str]
    at: float


@dataclass
class Media:
    """behave: asked before each request is taken. told: called with an arrival and "taken" (before the answer) or "answered"."""

    url: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    behave: Callable[[str], Answer] = lambda medium: Answer()
    told: Callable[[Arrival, str], None] = lambda arrival, moment: None
    slack: list[dict[str, Any]] = field(default_factory=list)
    incidents: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, medium: str) -> list[Arrival]:
        return [arrival for arrival in self.arrivals if arrival.medium == medium]


@contextmanager
def media() -> Iterator[Media]:
    """All receivers on one port, until the block ends."""
    found = Media()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _handler(found: Media) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            path = urlsplit(self.path)
            medium = _medium(path.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = found.behave(medium) if medium != "unknown" else Answer(404)
            if answer.stall:
                time.sleep(4)
                self.close_connection = True
                return
            if answer.status != 200:
                self._reply(answer.status, b'{"error": "as told"}', answer.headers)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = parse_qs(path.query) | (parse_qs(raw.decode()) if "urlencoded" in headers.get("content-type", "") else {})
            body = json.loads(raw) if raw and "json" in headers.get("content-type", "") else {k: v[0] for k, v in asked.items()}
            with found.lock:
                status, reply, arrival = _TAKERS[medium](found, self.command, path.path, body, headers, raw)
                if arrival is not None:
                    found.arrivals.append(arrival)
            if arrival is not None:
                found.told(arrival, "taken")
            self._reply(status, reply if isinstance(reply, bytes) else json.dumps(reply).encode(), ())
            if arrival is not None:
                found.told(arrival, "answered")

        do_POST = do_GET = do_PATCH = _any  # noqa: N815

        def _reply(self, status: int, body: bytes, headers: Any) -> None:
            try:
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json" if body[:1] in (b"{", b"[") else "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()
            except OSError:  # the sender was killed
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _medium(path: str) -> str:
    starts = (
        ("/hook", "slack_webhook"), ("/slack/api/", "slack"), ("/webhook", "webhook"), ("/v2/enqueue", "pagerduty"),
        ("/api/v2/alerts", "alertmanager"), ("/api/now/table/", "servicenow"), ("/teams", "teams"), ("/apprise", "apprise"),
    )  # fmt: skip
    return next((medium for start, medium in starts if path.startswith(start)), "unknown")


_Taken = tuple[int, Any, Arrival | None]


def _slack_webhook(found: Media, method: str, path: str, body: Any, headers: dict[str, str], raw: bytes) -> _Taken:
    if problems := slack_problems(body):
        found.problems += problems
        return 400, b"invalid_blocks", None
    return 200, b"ok", Arrival("slack_webhook", body, headers, time.time())


def _slack(found: Media, method: str, path: str, body: Any, headers: dict[str, str], raw: bytes) -> _Taken:
    """https://docs.slack.dev/reference/methods"""
    call = path.rpartition("/")[2]
    if headers.get("authorization") != f"Bearer {SLACK_TOKEN}":
        return 200, {"ok": False, "error": "invalid_auth"}, None
    if body.get("channel") != "C0123456789":
        return 200, {"ok": False, "error": "channel_not_found"}, None
    if call in ("conversations.history", "conversations.replies"):
        thread, since = body.get("ts"), float(body.get("oldest", 0))
        shown = [m for m in found.slack if (m.get("thread_ts") == thread or not thread) and float(m["ts"]) >= since]
        return 200, {"ok": True, "messages": shown, "response_metadata": {"next_cursor": ""}}, None
    if problems := slack_problems(body):
        found.problems += problems
        return 200, {"ok": False, "error": "invalid_blocks"}, None
    if call == "chat.update":
        for message in found.slack:
            if message["ts"] == body["ts"]:
                message["blocks"] = body["blocks"]
                message["updates"] = message.get("updates", 0) + 1
                return 200, {"ok": True, "ts": body["ts"]}, None
        return 200, {"ok": False, "error": "message_not_found"}, None
    ts = f"{time.time():.6f}"
    found.slack.append({**body, "ts": ts})
    return 200, {"ok": True, "ts": ts, "channel": body["channel"]}, Arrival("slack", body, headers, time.time())


def _webhook(found: Media, method: str, path: str, body: Any, headers: dict[str, str], raw: bytes) -> _Taken:
    missing = {"webhook-id", "webhook-timestamp", "idempotency-key"} - set(headers)
    if missing or body.get("id") != headers.get("idempotency-key"):
        found.problems.append(f"the webhook has no {missing}")
        return 400, b"missing", None
    return 200, b"ok", Arrival("webhook", {**body, "raw": raw}, headers, time.time())


def _pagerduty(found: Media, method: str, path: str, body: Any, headers: dict[str, str], raw: bytes) -> _Taken:
    """https://developer.pagerduty.com/docs/send-alert-event"""
    problems = []
    if body.get("routing_key") != PAGERDUTY_KEY:
        problems.append("routing_key")
    if body.get("event_action") not in ("trigger", "acknowledge", "resolve") or not 0 < len(body.get("dedup_key", "")) <= 255:
        problems.append("event_action or dedup_key")
    if body.get("event_action") == "trigger":
        told = body["payload"]
        if (
            not 0 < len(told["summary"]) <= 1024
            or told["severity"] not in ("critical", "error", "warning", "info")
            or not told["source"]
        ):
            problems.append(f"payload {told}")
    if len(raw) > 512_000:
        problems.append("more than 512 kB")
    if problems:
        found.problems += problems
        return 400, {"status": "invalid event", "errors": problems}, None
    reply = {"status": "success", "message": "Event processed", "dedup_key": body["dedup_key"]}
    return 202, reply, Arrival("pagerduty", body, headers, time.time())


def _alertmanager(found: Media, method: str, path: str, body: Any, headers: dict[str, str], raw: bytes) -> _Taken:
    """https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml"""
    for alert in body:
        if (
            "alertname" not in alert["labels"]
            or not all(isinstance(v, str) for v in alert["labels"].values())
            or alert["startsAt"] > alert["endsAt"]
        ):
            found.problems.append(f"alert {alert}")
            return 400, b'"bad"', None
    return 200, b"", Arrival("alertmanager", body, headers, time.time())


def _servicenow(found: Media, method: str, path: str, body: Any, headers: dict[str, str], raw: bytes) -> _Taken:
    """The Table API: create answers 201, rows come under `result`."""
    expected = "Basic " + base64.b64encode(f"{SERVICENOW_USER}:{SERVICENOW_PASSWORD}".encode()).decode()
    if headers.get("authorization") != expected:
        return 401, {"error": {"message": "User Not Authenticated"}, "status": "failure"}, None
    table, _, sys_id = path.removeprefix("/api/now/table/").partition("/")
    if method == "GET":
        return 200, {"result": _rows(found, table, body["sysparm_query"])}, None
    if len(body.get("short_description", "")) > 160 or len(body.get("description", "")) > 4000 or "[code]" in str(body).lower():
        found.problems.append("a field is too long or holds markup")
    if method == "POST":
        sys_id = f"{len(found.incidents):032x}"
        found.incidents[sys_id] = {**body, "sys_id": sys_id, "notes": [body.get("work_notes", "")]}
        return 201, {"result": {"sys_id": sys_id}}, Arrival("servicenow", body, headers, time.time())
    if sys_id not in found.incidents:
        return 404, {"error": {"message": "No Record found"}}, None
    if body.get("state") == "6" and not (body.get("close_code") and body.get("close_notes")):
        return 403, {"error": {"message": "Data Policy Exception: close_code and close_notes are mandatory"}}, None
    row = found.incidents[sys_id]
    row.update(body)
    row["notes"].append(body.get("work_notes", ""))
    arrival = Arrival("servicenow", {**body, "correlation_id": row["correlation_id"]}, headers, time.time())
    return 200, {"result": {"sys_id": sys_id}}, arrival


def _rows(found: Media, table: str, query: str) -> list[dict[str, Any]]:
    conditions = query.split("^")
    if table == "incident":
        wanted = next(c.removeprefix("correlation_id=") for c in conditions if c.startswith("correlation_id="))
        return [{"sys_id": i["sys_id"]} for i in found.incidents.values() if i["correlation_id"] == wanted]
    if table == "sys_journal_field":
        sys_id, text = conditions[0].removeprefix("element_id="), conditions[2].removeprefix("valueLIKE")
        return [{"sys_id": "x"} for note in found.incidents[sys_id]["notes"] if text in note]
    assert table == "change_request", table
    items = next(c.removeprefix("cmdb_ciIN") for c in conditions if c.startswith("cmdb_ciIN")).split(",")
    latest = next(c.removeprefix("start_date<=") for c in conditions if c.startswith("start_date<="))
    earliest = next(c.removeprefix("end_date>=") for c in conditions if c.startswith("end_date>="))
    return [c for c in found.changes if c["cmdb_ci"] in items and c["start_date"] <= latest and c["end_date"] >= earliest]


def _teams(found: Media, method: str, path: str, body: Any, headers: dict[str, str], raw: bytes) -> _Taken:
    (attachment,) = body["attachments"]
    card = attachment["content"]
    fits = len(raw) <= 28_000 and body["type"] == "message" and card["type"] == "AdaptiveCard" and card["version"] == "1.4"
    if not fits or attachment["contentType"] != "application/vnd.microsoft.card.adaptive":
        found.problems.append("no card that Teams takes")
        return 413, b"too large", None
    return 202, b"", Arrival("teams", body, headers, time.time())


def _apprise(found: Media, method: str, path: str, body: Any, headers: dict[str, str], raw: bytes) -> _Taken:
    """What Apprise's own JSON service posts."""
    return 200, b"", Arrival("apprise", body, headers, time.time())


_TAKERS: dict[str, Callable[..., _Taken]] = {
    "slack_webhook": _slack_webhook, "slack": _slack, "webhook": _webhook, "pagerduty": _pagerduty, "alertmanager": _alertmanager,
    "servicenow": _servicenow, "teams": _teams, "apprise": _apprise,
}  # fmt: skip
