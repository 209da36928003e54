"""Settings of a poller of kind sql."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from collector.queues.selection import QueueChoice
from domain.secrets import Secret


class SqlSettings(QueueChoice):
    """One database and one query that returns a row per queue; see the README for its columns.

    `url` is SQLAlchemy's, for example postgresql+psycopg://host/database, without credentials. `options` are the driver's own
    connection arguments (for PostgreSQL sslmode, sslrootcert, …). `queue` names the queue of a query without such a column.
    `time_zone` is that of times without one.
    """

    url: Secret | str
    username: Secret | str | None = None
    password: Secret | None = None
    options: dict[str, Secret | str | int | float | bool] = Field(default_factory=dict)
    query: str = Field(min_length=1)
    queue: str | None = None
    time_zone: str = "UTC"
    row_limit: int = Field(default=1_000, ge=1, le=100_000)

    @field_validator("url")
    @classmethod
    def _without_password(cls, url: Secret | str) -> Secret | str:
        if isinstance(url, str) and re.search(r"://[^/?]*:[^/?]*@", url):
            raise ValueError("url holds a password; put it under password, or the whole address into {env: NAME}")
        return url
