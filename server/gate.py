"""Which requests get in: known paths only, known hosts only, and a password where one is set."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from server.settings import is_loopback

PAGES = ("/", "/procurement", "/finance", "/it", "/exceptions", "/reports", "/on-call", "/incidents", "/investigate")
_STREAMLIT = (
    "/_stcore/health",
    "/_stcore/script-health-check",
    "/_stcore/host-config",
    "/_stcore/allowed-message-origins",
    "/_stcore/stream",
    "/_stcore/metrics",
    "/_stcore/bidi-components/",
    "/static/",
    "/media/",
    "/component/",
    "/favicon.png",
    "/manifest.json",
)
_OWN = ("/api/v1/", "/links/", "/v1/", "/ping/", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")
_OPEN = ("/healthz", "/readyz")
# Signed by Slack; the route checks it.
_SIGNED = ("/api/v1/slack/interactive",)


class Gate:
    """Streamlit answers 200 to any path; this lets only what exists through, the rest is a JSON 404. `wrong` is called at each wrong password."""

    def __init__(
        self, app: ASGIApp, *, allowed_host: str, pages: bool, password: str | None, wrong: Callable[[], None] = lambda: None
    ) -> None:
        self._app = app
        self._allowed_host = allowed_host
        self._pages = pages
        self._password = password
        self._wrong = wrong

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        path, headers = scope["path"], Headers(scope=scope)
        if not self._host_allowed(headers.get("host", "")):
            return _problem(400, f'Host "{headers.get("host", "")}" is not served here; use the address the server printed')
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != headers.get("host", ""):
            return _problem(403, f'Origin "{origin}" may not use this server; open its own pages')
        known = path in PAGES or _begins(path, _STREAMLIT)
        if _begins(path, _OWN):
            return self._unauthorised(path, headers)
        if not known or not self._pages:
            return _problem(404, f"There is nothing at {path}; pages are at {', '.join(PAGES)} and the API is described at /docs")
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            return _problem(405, f"{path} can only be read", {"Allow": "GET, HEAD"})
        return None

    def _unauthorised(self, path: str, headers: Headers) -> JSONResponse | None:
        """Reading the API takes the page password as bearer token where one is set. Intake checks its own key, a mail's link its signature."""
        if self._password is None or _begins(path, ("/v1/", "/ping/", "/links/", *_OPEN)):
            return None
        given = headers.get("authorization", "").removeprefix("Bearer ").encode()
        if hmac.compare_digest(given, self._password.encode()):
            return None
        if given:
            self._wrong()
        return _problem(401, "The page password is needed: send it as Authorization: Bearer …", {"WWW-Authenticate": "Bearer"})

    def _host_allowed(self, host: str) -> bool:
        """On loopback only loopback names are served, so that a page elsewhere cannot reach us by renaming itself."""
        name = host.rsplit(":", 1)[0].strip("[]") if not host.endswith("]") else host.strip("[]")
        return not is_loopback(self._allowed_host) or is_loopback(name)


def _begins(path: str, prefixes: Iterable[str]) -> bool:
    return any(path.startswith(prefix) if prefix.endswith("/") else path == prefix for prefix in prefixes)


def _problem(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status, headers=headers)
