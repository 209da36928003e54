"""The management client of one namespace, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)
from azure.servicebus.management import ServiceBusAdministrationClient

from collector.queues.poller import PollFailed, Setup
from collector.queues.service_bus.config import ServiceBusSettings

Answer = TypeVar("Answer")
_REMEDIES = {
    401: "check connection_string, or key_name and key",
    403: "give the shared access policy the right Manage",
    404: "check the namespace",
    429: "poll less often",
}


def management(setup: Setup) -> ServiceBusAdministrationClient:
    """PollFailed when the settings do not say how to sign in."""
    settings: ServiceBusSettings = setup.settings
    try:
        return ServiceBusAdministrationClient.from_connection_string(_connection_string(setup), **_options(setup, settings))
    except (ValueError, KeyError, UnboundLocalError):
        # The library quotes parts of the connection string.
        raise PollFailed(
            "connection_string is none; copy it whole from the namespace's shared access policies: Endpoint=sb://…;SharedAccessKeyName=…"
        ) from None


def where(settings: ServiceBusSettings) -> str:
    return f"Service Bus {settings.namespace}" if settings.namespace else "Service Bus"


def asked(place: str, ask: Callable[[], Answer]) -> Answer:
    """What the namespace answered; PollFailed with a remedy when it refused, was away or too slow."""
    try:
        return ask()
    except ClientAuthenticationError as error:
        raise PollFailed(
            f"{place} refused: {error.status_code}; {_REMEDIES.get(error.status_code or 401, _REMEDIES[401])}"
        ) from None
    except HttpResponseError as error:
        remedy = _REMEDIES.get(error.status_code or 0, "see whether the namespace is well, or the address another server's")
        raise PollFailed(f"{place} refused: {error.status_code or 'an answer that is no feed'}; {remedy}") from None
    except ServiceResponseTimeoutError as error:
        raise PollFailed(f"{place} did not answer in time; raise timeout, or choose fewer queues") from error
    except (ServiceRequestError, ServiceResponseError) as error:
        if "timed out" in str(error):
            raise PollFailed(f"{place} did not answer in time; raise timeout, or see why it is slow") from error
        raise PollFailed(
            f"{place} cannot be reached ({type(error).__name__}); check namespace, the network, proxy and tls"
        ) from error
    except AzureError as error:
        raise PollFailed(f"{place} cannot be read ({type(error).__name__}); check namespace") from error


def _connection_string(setup: Setup) -> str:
    settings: ServiceBusSettings = setup.settings
    if settings.connection_string is not None:
        return settings.connection_string.reveal(setup.environment)
    if settings.namespace is None or settings.key_name is None or settings.key is None:
        raise PollFailed("the settings do not say how to sign in; give connection_string, or namespace, key_name and key")
    key = settings.key.reveal(setup.environment)
    return f"Endpoint=sb://{settings.namespace}/;SharedAccessKeyName={settings.key_name};SharedAccessKey={key}"


def _options(setup: Setup, settings: ServiceBusSettings) -> dict[str, Any]:
    tls = settings.tls
    options: dict[str, Any] = {
        "connection_timeout": setup.timeout,
        "read_timeout": setup.timeout,
        # The runner tries again, and less often the longer it fails.
        "retry_total": 0,
        "connection_verify": (tls.ca or True) if tls.verify else False,
        "use_env_settings": False,
        "logging_enable": False,
    }
    if tls.certificate:
        options["connection_cert"] = (tls.certificate, tls.key) if tls.key else tls.certificate
    if settings.proxy:
        options["proxies"] = {"http": settings.proxy, "https": settings.proxy}
    return options
