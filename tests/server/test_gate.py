"""What the gate lets through."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient

from server.gate import Gate


def _client(*, host: str = "127.0.0.1", pages: bool = True, password: str | None = None) -> TestClient:
    async def anything(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"reached {request.url.path}")

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        await (await anything(Request(scope)))(scope, receive, send)

    inner = Starlette(routes=[Mount("/", app)])
    return TestClient(Gate(inner, allowed_host=host, pages=pages, password=password), base_url="http://127.0.0.1:8080")


@pytest.mark.parametrize(
    "path", ["/", "/it", "/investigate", "/_stcore/health", "/static/js/main.js", "/api/v1/flows", "/healthz"]
)
def test_known_paths_pass(path: str) -> None:
    assert _client().get(path).text == f"reached {path}"


@pytest.mark.parametrize("path", ["/admin", "/investigate/x", "/_stcore/agent/mcp", "/v1", "/api", "/it/", "/%2e%2e/etc/passwd"])
def test_unknown_paths_are_a_json_404(path: str) -> None:
    answer = _client().get(path)
    assert answer.status_code == 404
    assert "error" in answer.json()


def test_pages_are_404_where_this_process_has_none() -> None:
    assert _client(pages=False).get("/").status_code == 404
    assert _client(pages=False).get("/healthz").status_code == 200


def test_api_takes_the_password_but_liveness_and_intake_do_not() -> None:
    client = _client(password="secret")
    assert client.get("/api/v1/flows").status_code == 401
    assert client.get("/api/v1/flows", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/api/v1/flows", headers={"Authorization": "Bearer secret"}).status_code == 200
    assert client.get("/metrics").status_code == 401
    assert client.get("/healthz").status_code == 200
    assert client.post("/v1/traces").status_code == 200
    assert client.get("/links/signed").status_code == 200
    assert client.post("/links/signed").status_code == 200
    assert client.get("/api/v1/on-call").status_code == 401


def test_foreign_host_and_origin_are_refused() -> None:
    assert _client().get("/", headers={"Host": "evil.example"}).status_code == 400
    assert _client().get("/", headers={"Origin": "http://evil.example"}).status_code == 403
    assert _client().get("/", headers={"Origin": "http://127.0.0.1:8080"}).status_code == 200
    assert _client().get("/", headers={"Host": "localhost:8080"}).status_code == 200
    assert _client(host="0.0.0.0").get("/", headers={"Host": "scope.health.example"}).status_code == 200
