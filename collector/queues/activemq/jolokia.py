"""Jolokia: JMX as JSON over HTTP. https://jolokia.org/reference/html/manual/jolokia_protocol.html"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from collector.http_client import HttpClient
from collector.queues.activemq.config import ActiveMqSettings
from collector.queues.poller import PollFailed, Setup

_AT_ONCE = 100
Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of several. `status` is Jolokia's own: HTTP's is 200 also for what was refused."""

    status: int
    value: Any
    error: str
    at: float | None


class Jolokia:
    """Asks several things in one request."""

    def __init__(self, setup: Setup) -> None:
        settings: ActiveMqSettings = setup.settings
        address = urlsplit(settings.url)
        origin = settings.origin or f"{address.scheme}://{address.netloc}"
        headers = {"Origin": origin, **settings.headers}
        self._client = HttpClient(settings.model_copy(update={"headers": headers}), setup.timeout, setup.environment)
        self.where = settings.url

    def close(self) -> None:
        self._client.close()

    def ask(self, requests: Sequence[Request]) -> list[Answer]:
        """An answer for each request, in order; PollFailed when Jolokia refuses us or answers something else."""
        answers: list[Answer] = []
        for start in range(0, len(requests), _AT_ONCE):
            part = list(requests[start : start + _AT_ONCE])
            answers += self._checked(self._client.json("", post=part), len(part))
        return answers

    def _checked(self, document: Any, expected: int) -> list[Answer]:
        if isinstance(document, dict) and document.get("status") != 200:
            # One answer for all: the request as a whole was refused.
            raise self.refused(_answer(document))
        if not isinstance(document, list) or len(document) != expected or not all(isinstance(each, dict) for each in document):
            raise PollFailed(f"{self.where} does not answer as Jolokia does; check the address: it ends in /jolokia")
        return [_answer(each) for each in document]

    def refused(self, answer: Answer) -> PollFailed:
        remedy = "see the broker's log"
        if "Origin" in answer.error:
            remedy = "write the address its jolokia-access.xml allows under origin"
        elif answer.status in (401, 403):
            remedy = "check the credentials, and that jolokia-access.xml allows reading org.apache.activemq"
        elif answer.status == 404:
            remedy = "check broker_name and flavour, and that the broker has JMX on (useJmx)"
        return PollFailed(f"Jolokia at {self.where} refused: {answer.status} {answer.error}; {remedy}")


def _answer(document: dict[str, Any]) -> Answer:
    status, at = document.get("status"), document.get("timestamp")
    # The first line names the error; the rest, and the stack trace, may quote what was in a message.
    error = str(document.get("error", "")).partition("\n")[0][:200]
    return Answer(status if isinstance(status, int) else 0, document.get("value"), error, at if isinstance(at, int) else None)
