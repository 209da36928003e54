"""Talking to a running server."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from server.settings import secret


class RemoteError(Exception):
    """The server could not be reached or refused; the message says which and what to do."""


def get(server: str, path: str, parameters: Mapping[str, Any] | None = None, timeout: float = 60) -> Any:
    """The JSON answer of GET {server}/api/v1/{path}; parameters of None are left out."""
    given = {name: value for name, value in (parameters or {}).items() if value is not None}
    return _ask("GET", server, path, timeout, params=given)


def post(server: str, path: str, body: Any, timeout: float = 300) -> Any:
    """The JSON answer of POST {server}/api/v1/{path}."""
    return _ask("POST", server, path, timeout, json=body)


def lines(server: str, path: str, parameters: Mapping[str, Any], timeout: float) -> Iterator[dict[str, Any]]:
    """The lines of JSON that GET {server}/api/v1/{path} answers with, as they come."""
    url = f"{server.rstrip('/')}/api/v1/{path}"
    try:
        with httpx.stream("GET", url, params=parameters, headers=_authorization(), timeout=timeout, trust_env=False) as response:
            if not response.is_success:
                response.read()
                raise RemoteError(f"{url} answered {response.status_code}: {_reason(response)}")
            for line in response.iter_lines():
                yield json.loads(line)
    except httpx.HTTPError as error:
        raise RemoteError(
            f"{server} does not answer ({error or type(error).__name__}); start it with: supplyscope serve"
        ) from error


def download(server: str, path: str, parameters: Mapping[str, Any], timeout: float = 300) -> tuple[str, bytes, Mapping[str, str]]:
    """A file of GET {server}/api/v1/{path}: its name, content and headers."""
    response = _answered("GET", server, path, timeout, params=parameters)
    name = response.headers.get("Content-Disposition", "").partition("filename=")[2].strip('"')
    return name or "file", response.content, response.headers


def _ask(method: str, server: str, path: str, timeout: float, **rest: Any) -> Any:
    return _answered(method, server, path, timeout, **rest).json()


def _answered(method: str, server: str, path: str, timeout: float, **rest: Any) -> httpx.Response:
    url = f"{server.rstrip('/')}/api/v1/{path}"
    try:
        response = httpx.request(method, url, headers=_authorization(), timeout=timeout, trust_env=False, **rest)
    except httpx.HTTPError as error:
        raise RemoteError(
            f"{server} does not answer ({error or type(error).__name__}); start it with: supplyscope serve"
        ) from error
    if response.is_success:
        return response
    raise RemoteError(f"{url} answered {response.status_code}: {_reason(response)}")


def _authorization() -> dict[str, str]:
    password = secret(os.environ, "PAGE_PASSWORD")
    return {"Authorization": f"Bearer {password}"} if password else {}


def _reason(response: httpx.Response) -> str:
    try:
        body = response.json()
    except ValueError:
        return response.text[:200]
    reason = body.get("error") or body.get("detail") or body
    hint = "; set SUPPLYSCOPE_PAGE_PASSWORD" if response.status_code == 401 else ""
    return f"{reason}{hint}"
