"""JetStream's own request subjects, over one connection."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from collector.http_client import text_of
from collector.queues.nats.config import NatsSettings
from collector.queues.nats.signing import signer, token_and_signer
from collector.queues.poller import PollFailed, Setup

_SECONDS_TO_CLOSE = 0.5


class JetStream:
    """Connected by the first request, and again when the connection is gone."""

    def __init__(self, setup: Setup) -> None:
        self._settings: NatsSettings = setup.settings
        self._setup = setup
        self._where = ", ".join(self._settings.servers)
        domain = self._settings.domain
        self._prefix = f"$JS.{domain}.API" if domain else "$JS.API"
        self._client: Client | None = None
        self._last: Exception | None = None
        self._gone = asyncio.Event()

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None and not client.is_closed:
            await _abandon(client)

    async def ask(self, subject: str, question: Any = None) -> Any:
        """What JetStream answers to `question`; None when there is no such message; PollFailed for every other refusal."""
        try:
            client = await self._connected()
            payload = b"" if question is None else json.dumps(question).encode()
            answer = await self._unless_gone(client.request(f"{self._prefix}.{subject}", payload, timeout=self._setup.timeout))
            document = json.loads(answer.data)
        except nats.errors.NoRespondersError as error:
            raise PollFailed(
                f"JetStream at {self._where} does not answer; turn it on for this account, or check domain"
            ) from error
        except nats.errors.TimeoutError as error:
            raise PollFailed(
                f"{self._where} did not answer {subject} in time; the user needs the right to publish to {self._prefix}.> and to "
                "subscribe to _INBOX.>, or raise timeout"
            ) from error
        except nats.errors.Error as error:
            raise PollFailed(f"{self._where} cannot be reached any more ({error}); see the server's log") from error
        except ValueError as error:
            raise PollFailed(f"{self._where} answered {subject} with what is no JSON; check servers") from error
        if not isinstance(document, dict):
            raise PollFailed(f"{self._where} answered {subject} with what is no object; check servers")
        return self._checked(document, subject)

    async def _unless_gone(self, request: Coroutine[Any, Any, Msg]) -> Msg:
        """The library leaves a request waiting when its connection ends."""
        asked, gone = asyncio.ensure_future(request), asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait({asked, gone}, return_when=asyncio.FIRST_COMPLETED)
            if asked.done():
                return asked.result()
            raise nats.errors.ConnectionClosedError
        finally:
            asked.cancel()
            gone.cancel()

    async def pages(self, subject: str, field: str, question: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Every entry of a listing; JetStream answers by pages."""
        offset = 0
        while True:
            page = await self.ask(subject, {**question, "offset": offset})
            entries = page.get(field) or []
            for entry in entries:
                yield entry
            offset += len(entries)
            if not entries or offset >= page.get("total", 0):
                return

    def _checked(self, document: dict[str, Any], subject: str) -> Any:
        error = document.get("error")
        if error is None:
            return document
        if error.get("code") == 404 and subject.startswith("STREAM.MSG.GET"):
            return None
        raise PollFailed(
            f"JetStream at {self._where} refused {subject}: {error.get('description', error)} ({error.get('err_code', '')}); "
            "check the account's JetStream and domain"
        )

    async def _connected(self) -> Client:
        if self._client is None or not self._client.is_connected:
            await self.close()
            self._client = await self._connect()
        return self._client

    async def _connect(self) -> Client:
        try:
            return await self._attempt()
        except nats.errors.AuthorizationError as error:
            raise self._refused() from error
        except (nats.errors.Error, OSError, TimeoutError) as error:
            cause = self._last or error
            if "authorization" in str(cause).lower():
                raise self._refused() from error
            if isinstance(cause, ConnectionError | nats.errors.UnexpectedEOF) and not isinstance(cause, ConnectionRefusedError):
                # A server that refuses closes at once, and then its reason may be lost on the way.
                raise PollFailed(
                    f"{self._where} closed the connection while signing in; check the credentials and tls"
                ) from error
            told = f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__
            raise PollFailed(f"{self._where} cannot be reached ({told}); check servers, the network and tls") from error

    async def _note(self, error: Exception) -> None:
        """The library tells the reason here, and then raises that no server is left."""
        self._last = error

    async def _ended(self) -> None:
        self._gone.set()

    async def _attempt(self) -> Client:
        client, self._last, self._gone = Client(), None, asyncio.Event()
        seed = self._settings.nkey_seed
        if seed is not None:
            # Without the nkeys package the library has no public way to say whose signature it is.
            client._public_nkey = signer(seed.reveal(self._setup.environment)).public
        options = self._options()
        try:
            await client.connect(**options)
        except BaseException:
            await _abandon(client)
            raise
        return client

    def _refused(self) -> PollFailed:
        return PollFailed(f"{self._where} refused the credentials; check them")

    def _options(self) -> dict[str, Any]:
        settings, environment = self._settings, self._setup.environment
        options: dict[str, Any] = {
            "servers": list(settings.servers),
            "name": "supplyscope",
            # A poll that fails is tried again by the runner; the library would try for minutes.
            "allow_reconnect": False,
            "max_reconnect_attempts": 1,
            "reconnect_time_wait": 0,
            "connect_timeout": self._setup.timeout,
            "error_cb": self._note,
            "closed_cb": self._ended,
        }
        if settings.username is not None:
            options["user"] = text_of(settings.username, environment)
            options["password"] = settings.password.reveal(environment) if settings.password else ""
        if settings.token is not None:
            options["token"] = settings.token.reveal(environment)
        if settings.tls is not None:
            options["tls"] = settings.tls.context(environment)
        return options | self._proof()

    def _proof(self) -> dict[str, Any]:
        settings, environment = self._settings, self._setup.environment
        if settings.credentials is not None:
            token, owner = token_and_signer(settings.credentials.reveal(environment))
            return {"user_jwt_cb": lambda: token.encode(), "signature_cb": owner.sign}
        if settings.nkey_seed is not None:
            owner = signer(settings.nkey_seed.reveal(environment))
            return {"signature_cb": owner.sign}
        return {}


async def _abandon(client: Client) -> None:
    """A connection that failed half-way leaves its socket open, and after a failed handshake closing waits for ever.

    Giving up the first waiting cancels what the second one waits for: that is no cancellation of ours.
    """
    with contextlib.suppress(Exception, asyncio.CancelledError):
        await asyncio.wait_for(client.close(), _SECONDS_TO_CLOSE)
    transport = client._transport
    if transport is not None:
        with contextlib.suppress(Exception, asyncio.CancelledError):
            transport.close()  # type: ignore[no-untyped-call]
            await asyncio.wait_for(transport.wait_closed(), _SECONDS_TO_CLOSE)  # type: ignore[no-untyped-call]
