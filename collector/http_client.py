"""One way to build HTTP clients for pollers: authority, client certificate, proxy, credentials, bounded answers."""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
from pydantic import AfterValidator, Field

from collector.queues.poller import PollFailed
from domain.base import Configured
from domain.secrets import Secret

_LARGEST_ANSWER = 64 << 20
_REMEDIES = {
    401: "check the credentials",
    403: "the credentials are right but lack permission to read this",
    404: "check the address and the path",
    407: "the proxy wants credentials",
    429: "poll less often",
}


class Tls(Configured):
    """How an encrypted connection is checked. `ca` replaces the system's authorities; `certificate` and `key` identify us.

    Files are in PEM. `verify: false` accepts any certificate and is for a test network only.
    """

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    key_password: Secret | None = None
    verify: bool = True

    def context(self, environment: Mapping[str, str]) -> ssl.SSLContext:
        """PollFailed names the file that cannot be used."""
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as error:
            raise PollFailed(f"tls.ca {self.ca} cannot be read ({error.strerror or error}); name a file in PEM") from error
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.certificate is not None:
            password = self.key_password.reveal(environment) if self.key_password else ""
            try:
                # A password is always given, so that an encrypted key never asks on the terminal.
                context.load_cert_chain(self.certificate, self.key, password=password)
            except (OSError, ssl.SSLError) as error:
                raise PollFailed(
                    f"tls.certificate {self.certificate} and tls.key {self.key} cannot be used ({error.strerror or error}); "
                    "name a certificate and its key in PEM"
                ) from error
        return context


def _web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^/\s@?#]+(/[^\s?#]*)?", value):
        raise ValueError("is not a web address; Write it without user, password and query, for example https://broker:15672")
    return value


class HttpSettings(Configured):
    """Settings every poller over HTTP shares; a kind's own settings derive from it.

    `username` and `password` are sent as basic authentication, `token` as a bearer token, `headers` as they are.
    The proxy is the one given here, never one from the environment.
    """

    url: Annotated[str, AfterValidator(_web_address)]
    username: Secret | str | None = None
    password: Secret | None = None
    token: Secret | None = None
    headers: dict[str, Secret | str] = Field(default_factory=dict)
    proxy: str | None = None
    tls: Tls = Tls()


def text_of(value: Secret | str, environment: Mapping[str, str]) -> str:
    """A setting that may be plain or a secret; SecretMissing names what to set."""
    return value.reveal(environment) if isinstance(value, Secret) else value


@dataclass(frozen=True, slots=True)
class Answer:
    """The body without its encoding."""

    status: int
    content_type: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class HttpClient:
    """GET and POST below one address. `close` is safe twice. Refused, slow and oversized answers are PollFailed."""

    def __init__(self, settings: HttpSettings, timeout: float, environment: Mapping[str, str]) -> None:
        self.url = settings.url.rstrip("/")
        self._timeout = timeout
        headers = {name: text_of(value, environment) for name, value in settings.headers.items()}
        if settings.token is not None:
            headers["Authorization"] = f"Bearer {settings.token.reveal(environment)}"
        auth = None
        if settings.username is not None:
            password = settings.password.reveal(environment) if settings.password else ""
            auth = httpx.BasicAuth(text_of(settings.username, environment), password)
        self._client = httpx.Client(
            timeout=timeout,
            headers=headers,
            auth=auth,
            proxy=settings.proxy,
            verify=settings.tls.context(environment),
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def json(self, path: str, *, post: Any = None, params: Mapping[str, str] | None = None) -> Any:
        """The JSON document at `path`, or what is answered to `post` sent there as JSON."""
        options: dict[str, Any] = {"params": params, "headers": {"Accept": "application/json"}}
        answer = self.request("GET", path, **options) if post is None else self.request("POST", path, json=post, **options)
        try:
            return json.loads(answer.body)
        except ValueError as error:
            raise PollFailed(f"{self.url}{path} answered {answer.content_type} that is not JSON; check the address") from error

    def request(self, method: str, path: str, **options: Any) -> Answer:
        """What is answered with a status of 200 to 299, up to 64 MB. `options` are those of httpx."""
        where = f"{self.url}{path}"
        try:
            with self._client.stream(method, where, **options) as response:
                body = self._read(response, where)
        except httpx.TimeoutException as error:
            raise PollFailed(f"{where} did not answer within {self._timeout:g} s; see why, or raise timeout") from error
        except httpx.LocalProtocolError:
            # The library quotes the whole header, escaped, so that no search for the secret would find it.
            raise PollFailed(
                f"a header for {where} holds what HTTP does not allow, such as a line break; check token, username, password and headers"
            ) from None
        except httpx.HTTPError as error:
            raise PollFailed(f"{where} cannot be reached ({error}); check the address, the network and TLS") from error
        if not response.is_success:
            remedy = _REMEDIES.get(response.status_code, "see the broker's log")
            raise PollFailed(f"{where} answered {response.status_code} {response.reason_phrase}; {remedy}")
        return Answer(response.status_code, response.headers.get("content-type", "no content type"), body)

    def _read(self, response: httpx.Response, where: str) -> bytes:
        """httpx' own timeout is per read: a peer that drips is given up after it, too."""
        until = time.monotonic() + self._timeout
        parts = bytearray()
        for part in response.iter_bytes():
            parts += part
            if len(parts) > _LARGEST_ANSWER:
                raise PollFailed(f"{where} answered more than {_LARGEST_ANSWER >> 20} MB; ask for fewer queues")
            if time.monotonic() > until:
                raise httpx.ReadTimeout(where)
        return bytes(parts)
