"""Against a real PostgreSQL cluster of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from collector.queues.poller import PollFailed
from collector.queues.sql import KIND
from tests.support.pollers import answering_nothing, built, by_queue, sampled
from tests.support.programs import running
from tests.support.receivers import free_port

_PASSWORD = "s3cr3t-of-postgres"
_ENVIRONMENT = {"PG_PASSWORD": _PASSWORD}
_OUTBOX = """
SELECT topic AS queue, count(*) FILTER (WHERE state = 'new') AS depth, min(created) FILTER (WHERE state = 'new') AS oldest,
       count(*) FILTER (WHERE state = 'taken') AS in_flight, count(*) FILTER (WHERE state = 'dead') AS dead_letters,
       sum(size)::numeric AS published_total
FROM outbox GROUP BY topic
"""


def _programs() -> Path:
    """PostgreSQL keeps its programs out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    return found[-1].parent


def _unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL does not run as root, and setpriv is not installed (Debian package util-linux)")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    programs, as_user, chosen = _programs(), _unprivileged(), free_port()
    # Not pytest's own folder: only its owner may enter that.
    with tempfile.TemporaryDirectory(prefix="postgresql-") as name:
        folder = Path(name)
        (folder / "password").write_text(_PASSWORD)
        if as_user:
            shutil.chown(folder, "postgres", "postgres")
            shutil.chown(folder / "password", "postgres")
        subprocess.run(
            [*as_user, str(programs / "initdb"), "-D", str(folder / "data"), "-U", "watcher", "-A", "scram-sha-256", "-N",
             f"--pwfile={folder / 'password'}", "-E", "UTF8", "--locale=C"],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        command = [*as_user, str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(chosen), "-k", str(folder), "-h",
                   "127.0.0.1", "-c", "fsync=off"]  # fmt: skip
        with running(command, folder, chosen):
            _await_ready(chosen)
            yield chosen


def _await_ready(port: int) -> None:
    """It takes connections a moment before it answers them."""
    for _ in range(100):
        try:
            with _connect(port):
                return
        except psycopg.OperationalError:
            import time

            time.sleep(0.1)


def _connect(port: int) -> psycopg.Connection:
    return psycopg.connect(host="127.0.0.1", port=port, user="watcher", password=_PASSWORD, dbname="postgres", autocommit=True)


@pytest.fixture
def outbox(port: int) -> Iterator[psycopg.Connection]:
    with _connect(port) as connection:
        connection.execute(
            "CREATE TABLE outbox (topic text, created timestamptz, state text, size int DEFAULT 10, patient text DEFAULT 'Doe')"
        )
        yield connection
        connection.execute("DROP TABLE outbox")


def _settings(port: int, **more: object) -> dict[str, object]:
    url = f"postgresql+psycopg://127.0.0.1:{port}/postgres"
    return {"url": url, "username": "watcher", "password": {"env": "PG_PASSWORD"}, "query": _OUTBOX} | more


def test_an_outbox_filling_and_draining(port: int, outbox: psycopg.Connection) -> None:
    with built(KIND, _settings(port), _ENVIRONMENT) as poller:
        assert poller.sample() == []
        for age, state in ((900, "new"), (60, "new"), (1000, "taken"), (2000, "dead")):
            outbox.execute(f"INSERT INTO outbox VALUES ('price', now() - interval '{age} s', '{state}')")
        filled = by_queue(poller.sample())["price"]
        outbox.execute("UPDATE outbox SET state = 'done', size = size + 5")
        drained = by_queue(poller.sample())["price"]
    assert (filled.depth, filled.in_flight, filled.dead_letters, filled.publish_rate) == (2, 1, 1, None)
    assert filled.oldest_age_seconds == pytest.approx(900, abs=30)
    assert (drained.depth, drained.oldest_age_seconds, drained.in_flight) == (0, 0, 0)
    assert drained.publish_rate is not None and drained.publish_rate > 0
    assert filled.consumers is None


def test_one_connection_and_no_open_transaction(port: int, outbox: psycopg.Connection) -> None:
    with built(KIND, _settings(port), _ENVIRONMENT) as poller:
        for _ in range(3):
            poller.sample()
        seen = outbox.execute("SELECT state FROM pg_stat_activity WHERE application_name = 'supplyscope'").fetchall()
    assert seen == [("idle",)]


def test_a_lost_connection_is_made_anew(port: int, outbox: psycopg.Connection) -> None:
    with built(KIND, _settings(port), _ENVIRONMENT) as poller:
        poller.sample()
        outbox.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'supplyscope'")
        assert poller.sample() == []


def test_a_query_that_writes(port: int, outbox: psycopg.Connection) -> None:
    query = "WITH gone AS (DELETE FROM outbox RETURNING 1) SELECT 'q' AS queue, count(*) AS depth FROM gone"
    outbox.execute("INSERT INTO outbox VALUES ('price', now(), 'new')")
    with pytest.raises(PollFailed, match=r"25006.*it must only read"):
        sampled(KIND, _settings(port, query=query), _ENVIRONMENT)
    assert outbox.execute("SELECT count(*) FROM outbox").fetchone() == (1,)


def test_a_query_that_takes_too_long(port: int, outbox: psycopg.Connection) -> None:
    query = "SELECT 'q' AS queue, 1 AS depth FROM pg_sleep(30)"
    with pytest.raises(PollFailed, match=r"57014.*it took too long"):
        sampled(KIND, _settings(port, query=query), _ENVIRONMENT, timeout=1)


def test_a_locked_table(port: int, outbox: psycopg.Connection) -> None:
    with _connect(port) as other, other.transaction():
        other.execute("LOCK TABLE outbox")
        with pytest.raises(PollFailed, match="refused the query"):
            sampled(KIND, _settings(port), _ENVIRONMENT, timeout=1)


def test_data_is_not_repeated_in_errors(port: int, outbox: psycopg.Connection) -> None:
    outbox.execute("INSERT INTO outbox VALUES ('price', now(), 'new', 1, 'Jane Doe 123-45-6789')")
    with pytest.raises(PollFailed, match="DataError 22P02") as failed:
        sampled(KIND, _settings(port, query="SELECT 'q' AS queue, patient::int AS depth FROM outbox"), _ENVIRONMENT)
    assert "Jane" not in str(failed.value) and failed.value.__cause__ is None


def test_a_user_without_permission(port: int, outbox: psycopg.Connection) -> None:
    outbox.execute(f"CREATE ROLE blind LOGIN PASSWORD '{_PASSWORD}'")
    try:
        with pytest.raises(PollFailed, match=r"42501.*grant its user SELECT"):
            sampled(KIND, _settings(port, username="blind"), _ENVIRONMENT)
    finally:
        outbox.execute("DROP ROLE blind")


def test_wrong_password(port: int) -> None:
    with pytest.raises(PollFailed, match=r"password authentication failed.*check url, username, password") as failed:
        sampled(KIND, _settings(port), {"PG_PASSWORD": "wr0ng-one"})
    assert "wr0ng-one" not in str(failed.value)


def test_unreachable() -> None:
    with pytest.raises(PollFailed, match="cannot be reached"):
        sampled(KIND, _settings(free_port()), _ENVIRONMENT)


def test_silent() -> None:
    with answering_nothing() as port, pytest.raises(PollFailed, match="cannot be reached"):
        sampled(KIND, _settings(port), _ENVIRONMENT, timeout=2)
