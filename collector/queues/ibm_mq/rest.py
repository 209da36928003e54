"""MQ's administrative REST API: the queue resource of version 1, MQSC commands as JSON of versions 2 and 3.

https://www.ibm.com/docs/en/ibm-mq/9.3?topic=reference-administrative-rest-api
"""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import quote

from collector.http_client import HttpClient
from collector.queues.ibm_mq.config import IbmMqSettings
from collector.queues.ibm_mq.queue import MqDefinition, MqStatus, lowered, number, uncommitted
from collector.queues.poller import PollFailed, Setup

_UNKNOWN_OBJECT = 2085
_NOT_FOUND = "AMQ8147"

Found = dict[str, tuple[MqStatus, MqDefinition]]


class MqApi(Protocol):
    def queues(self, name: str) -> Found:
        """The local queues of a name or generic name. {} when there is none."""

    def close(self) -> None: ...


def api(setup: Setup) -> MqApi:
    settings: IbmMqSettings = setup.settings
    # Requests without this header are refused, against forged ones; its value does not matter.
    headers = {"ibm-mq-rest-csrf-token": "supplyscope", **settings.headers}
    if settings.gateway is not None:
        headers["ibm-mq-rest-gateway-qmgr"] = settings.gateway
    client = HttpClient(settings.model_copy(update={"headers": headers}), setup.timeout, setup.environment)
    return QueueResource(client, settings) if settings.api == "v1" else Mqsc(client, settings)


def encoded(name: str) -> str:
    """A queue manager's name in a path: a period must be encoded, too."""
    return quote(name, safe="").replace(".", "%2E")


class QueueResource:
    """Version 1: GET …/queue."""

    def __init__(self, client: HttpClient, settings: IbmMqSettings) -> None:
        self._client = client
        self._path = f"/ibmmq/rest/v1/admin/qmgr/{encoded(settings.queue_manager)}/queue"

    def close(self) -> None:
        self._client.close()

    def queues(self, name: str) -> Found:
        wanted = {"name": name, "type": "local", "status": "*", "attributes": "*"}
        answer = self._client.json(self._path, params=wanted)
        queues = answer.get("queue") if isinstance(answer, dict) else None
        if not isinstance(queues, list) or not all(isinstance(each, dict) for each in queues):
            raise PollFailed(f"{self._client.url}{self._path} answered without a list of queues; check url and api")
        return {str(each["name"]): (_status_v1(each), _definition_v1(each)) for each in queues if each.get("name")}


class Mqsc:
    """Versions 2 and 3: POST …/mqsc."""

    def __init__(self, client: HttpClient, settings: IbmMqSettings) -> None:
        self._client = client
        self._path = f"/ibmmq/rest/{settings.api}/admin/action/qmgr/{encoded(settings.queue_manager)}/mqsc"

    def close(self) -> None:
        self._client.close()

    def queues(self, name: str) -> Found:
        states = self._display("qstatus", name, ["curdepth", "msgage", "uncom", "ipprocs"])
        defined = self._display("qlocal", name, ["maxdepth", "boqname"])
        return {
            queue: (_status_mqsc(queue, values), _definition_mqsc(defined.get(queue, {}))) for queue, values in states.items()
        }

    def _display(self, qualifier: str, name: str, attributes: list[str]) -> dict[str, dict[str, Any]]:
        """Queue → what MQ answers of it."""
        command = {"type": "runCommandJSON", "command": "display", "qualifier": qualifier, "name": name}
        answer = self._client.json(self._path, post=command | {"responseParameters": attributes})
        items = answer.get("commandResponse") if isinstance(answer, dict) else None
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            raise PollFailed(f"{self._client.url}{self._path} answered without commandResponse; check url and api")
        found = {}
        for item in items:
            if item.get("completionCode", 0) != 0:
                self._check(item, qualifier, name)
            elif isinstance(item.get("parameters"), dict):
                values = lowered(item["parameters"])
                found[str(values.get("queue", ""))] = values
        return {queue: values for queue, values in found.items() if queue}

    def _check(self, item: dict[str, Any], qualifier: str, name: str) -> None:
        """That there is no such queue is no failure."""
        said = " ".join(str(each) for each in item.get("message") or item.get("text") or [])
        if item.get("reasonCode") == _UNKNOWN_OBJECT or _NOT_FOUND in said:
            return
        raise PollFailed(
            f"MQ at {self._client.url} refused DISPLAY {qualifier.upper()}({name}): {item.get('reasonCode')} {said[:200]}; "
            "give the user the right to display queues (+dsp), and see that the command server runs"
        )


def _status_v1(queue: dict[str, Any]) -> MqStatus:
    status = queue.get("status")
    values = lowered(status) if isinstance(status, dict) else {}
    return MqStatus(
        str(queue["name"]),
        number(values.get("currentdepth")),
        number(values.get("oldestmessageage")),
        uncommitted(values.get("uncommittedmessages")),
        number(values.get("openinputcount")),
    )


def _definition_v1(queue: dict[str, Any]) -> MqDefinition:
    storage, extended = queue.get("storage"), queue.get("extended")
    named = extended.get("backoutRequeueQueueName") if isinstance(extended, dict) else None
    return MqDefinition(str(named or "").strip(), number(storage.get("maximumDepth")) if isinstance(storage, dict) else None)


def _status_mqsc(queue: str, values: dict[str, Any]) -> MqStatus:
    return MqStatus(
        queue,
        number(values.get("curdepth")),
        number(values.get("msgage")),
        uncommitted(values.get("uncom")),
        number(values.get("ipprocs")),
    )


def _definition_mqsc(values: dict[str, Any]) -> MqDefinition:
    return MqDefinition(str(values.get("boqname") or "").strip(), number(values.get("maxdepth")))
