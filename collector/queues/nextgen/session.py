"""Signed in to NextGen Connect."""

from __future__ import annotations

import contextlib
from typing import Any

from collector.http_client import HttpClient, text_of
from collector.queues.nextgen.config import NextGenSettings
from collector.queues.nextgen.shape import ShapeUnknown, document
from collector.queues.poller import PollFailed, Setup

# Without it NextGen refuses every request, against forged ones from other pages.
_HEADERS = {"Accept": "application/json", "X-Requested-With": "supplyscope"}


class Session:
    """Signs in before the first question, and again when the session has ended. `close` signs out."""

    def __init__(self, setup: Setup) -> None:
        settings: NextGenSettings = setup.settings
        # The library must not send the credentials with every request.
        self._client = HttpClient(
            settings.model_copy(update={"username": None, "password": None}), setup.timeout, setup.environment
        )
        self._form = {
            "username": text_of(settings.username, setup.environment),
            "password": settings.password.reveal(setup.environment),
        }
        self.where = settings.url.rstrip("/")
        self._signed_in = False

    def close(self) -> None:
        if self._signed_in:
            self._signed_in = False
            with contextlib.suppress(PollFailed):
                self._client.request("POST", "/api/users/_logout", headers=_HEADERS)
        self._client.close()

    def get(self, path: str, **params: str) -> Any:
        """The answer's content. ShapeUnknown when it is neither JSON nor XML."""
        fresh = not self._signed_in
        if fresh:
            self._sign_in()
        try:
            return self._get(path, params)
        except PollFailed as failed:
            if fresh or " answered 401 " not in str(failed):
                raise
        self._sign_in()
        return self._get(path, params)

    def _get(self, path: str, params: dict[str, str]) -> Any:
        return document(self._client.request("GET", path, params=params, headers=_HEADERS).body)

    def _sign_in(self) -> None:
        self._signed_in = False
        answer = self._client.request("POST", "/api/users/_login", data=self._form, headers=_HEADERS)
        try:
            status = _status(document(answer.body))
        except ShapeUnknown:
            raise PollFailed(f"{self.where} does not answer as NextGen Connect does; check url: it has no path") from None
        if not status.startswith("SUCCESS"):
            raise PollFailed(
                f"{self.where} refused to sign in: {status}; check username and password, and that the user may sign in"
            )
        self._signed_in = True


def _status(answer: Any) -> str:
    """{"com.mirth.connect.model.LoginStatus": {"status": "SUCCESS", …}}; subclasses have other names."""
    for value in answer.values() if isinstance(answer, dict) else ():
        if isinstance(value, dict) and isinstance(value.get("status"), str):
            return str(value["status"])
    raise ShapeUnknown
