"""The one connection to Redis, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError, Sentinel

from collector.http_client import Tls, text_of
from collector.queues.poller import PollFailed, Setup
from collector.queues.redis.config import RedisSettings

Answer = TypeVar("Answer")


def connect(setup: Setup) -> redis.Redis:
    """A client that connects when first used and again once when its connection is gone."""
    settings: RedisSettings = setup.settings
    options = _options(setup, settings)
    if not settings.sentinels:
        return redis.Redis.from_url(settings.url, **options)
    if settings.sentinel_master is None:
        raise PollFailed("sentinels are given without sentinel_master; write the name under which they know the master")
    watchers = Sentinel(  # type: ignore[no-untyped-call]
        [_host_and_port(each) for each in settings.sentinels],
        sentinel_kwargs=_credentials(setup, settings.sentinel_username, settings.sentinel_password) | _bounds(setup),
        **options,
        **_ssl(settings, encrypted=True),
    )
    database = settings.url.rpartition("/")[2]
    number = int(database) if database.isdigit() else 0
    master: redis.Redis = watchers.master_for(settings.sentinel_master, db=number)  # type: ignore[no-untyped-call]
    return master


def answered(where: str, ask: Callable[[], Answer]) -> Answer:
    """What Redis answered; PollFailed with a remedy when it refused, was away or too slow."""
    try:
        return ask()
    except (redis.AuthenticationError, redis.exceptions.NoPermissionError) as error:
        raise PollFailed(
            f"{where} refused: {error}; check username and password, and that the user may read (+@read +@connection ~*)"
        ) from error
    except redis.TimeoutError as error:
        raise PollFailed(f"{where} did not answer in time; raise timeout, or see why it is slow") from error
    except MasterNotFoundError as error:
        raise PollFailed(f"{where}: {error}; check sentinels and sentinel_master") from error
    except redis.ConnectionError as error:
        raise PollFailed(f"{where} cannot be reached ({error}); check url, the network and tls") from error
    except redis.ResponseError as error:
        remedy = "check username and password" if str(error).startswith(("NOAUTH", "WRONGPASS")) else "see the server's log"
        raise PollFailed(f"{where} refused: {error}; {remedy}") from error


def _options(setup: Setup, settings: RedisSettings) -> dict[str, Any]:
    encrypted = settings.url.startswith("rediss://") and not settings.sentinels
    return (
        _credentials(setup, settings.username, settings.password)
        | _bounds(setup)
        | (_ssl(settings, encrypted=False) | _key_password(settings.tls, setup) if encrypted else {})
        | {"decode_responses": True, "encoding_errors": "replace", "client_name": "supplyscope", "protocol": 2}
    )


def _bounds(setup: Setup) -> dict[str, Any]:
    return {
        "socket_timeout": setup.timeout,
        "socket_connect_timeout": setup.timeout,
        "retry": Retry(NoBackoff(), 1),
    }


def _credentials(setup: Setup, username: Any, password: Any) -> dict[str, Any]:
    """Redis before version 6 knows a password and no user name."""
    found: dict[str, Any] = {}
    if username is not None:
        found["username"] = text_of(username, setup.environment)
    if password is not None:
        found["password"] = text_of(password, setup.environment)
    return found


def _ssl(settings: RedisSettings, *, encrypted: bool) -> dict[str, Any]:
    """`encrypted`: TLS must be asked for, because no rediss:// address does."""
    if encrypted and not settings.url.startswith("rediss://"):
        return {}
    tls = settings.tls
    options: dict[str, Any] = {
        "ssl_ca_certs": tls.ca,
        "ssl_certfile": tls.certificate,
        "ssl_keyfile": tls.key,
        "ssl_cert_reqs": "required" if tls.verify else "none",
        "ssl_check_hostname": tls.verify,
    }
    return options | ({"ssl": True} if encrypted else {})


def _key_password(tls: Tls, setup: Setup) -> dict[str, Any]:
    return {"ssl_password": tls.key_password.reveal(setup.environment)} if tls.key_password else {}


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise PollFailed(f"{address} under sentinels is not host:port; write for example redis-1.example.org:26379")
    return host, int(port)
