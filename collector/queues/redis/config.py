"""What a poller of Redis is told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collector.http_client import Tls
from collector.queues.checked import matching
from collector.queues.selection import Selection
from domain.base import Configured
from domain.secrets import Secret


class RedisList(Configured):
    """A list used as a queue, or several when `key` is a pattern.

    `oldest` is the end the next message is taken from. `time_field` is where a message, a JSON object, says when it was
    written: a name, or names joined by dots. `processing` is the list messages are moved to while they are worked on,
    `dead_letters` the one for those given up; `{key}` in them stands for the list's own key.
    """

    key: str = Field(min_length=1)
    oldest: Literal["right", "left"] = "right"
    time_field: str | None = None
    processing: str | None = None
    dead_letters: str | None = None


class RedisStream(Configured):
    """A stream, or several when `key` is a pattern: one queue for each of its consumer groups.

    `dead_letters` is the stream or list for messages given up; `{key}` and `{group}` stand for the stream's own names.
    """

    key: str = Field(min_length=1)
    groups: Selection = Selection()
    dead_letters: str | None = None


class RedisSettings(Configured):
    """One Redis server, or the master a group of sentinels names.

    `url` is redis://host:port/db, rediss:// for TLS or unix:///path; credentials stand in `username` and `password`, never
    in it. `count_limit` bounds counting what Redis does not count itself,
    `key_limit` how many keys a pattern may fit. `broker` stands for the poller's id in what is shown.
    """

    url: Annotated[
        str,
        matching(
            r"rediss?://[^/\s@]+(/\d+)?|unix:///[^\s@]+",
            "is not the address of a Redis; Write it without user and password, for example rediss://host:6379/0",
        ),
    ]
    username: Secret | str | None = None
    password: Secret | None = None
    tls: Tls = Tls()
    broker: str = ""
    sentinels: tuple[str, ...] = ()
    sentinel_master: str | None = None
    sentinel_username: Secret | str | None = None
    sentinel_password: Secret | None = None
    lists: tuple[RedisList, ...] = ()
    streams: tuple[RedisStream, ...] = ()
    count_limit: int = Field(default=10_000, ge=1, le=1_000_000)
    key_limit: int = Field(default=1_000, ge=1, le=100_000)
