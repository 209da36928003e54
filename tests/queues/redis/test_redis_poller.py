"""Against a real Redis server."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from collector.queues.poller import PollFailed
from collector.queues.redis import KIND
from tests.support.certificates import self_signed
from tests.support.pollers import answering_nothing, built, by_queue, sampled
from tests.support.programs import program, running
from tests.support.receivers import free_port

_ENVIRONMENT = {"REDIS_PASSWORD": "s3cr3t-of-redis"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = program("redis-server", "redis-server")
    folder, port = tmp_path_factory.mktemp("redis"), free_port()
    with running(
        [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", "s3cr3t-of-redis"], folder, port
    ):
        yield f"redis://127.0.0.1:{port}/0"


@pytest.fixture
def client(url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(url, password="s3cr3t-of-redis", decode_responses=True) as opened:
        opened.flushall()
        yield opened


def _settings(url: str, **more: object) -> dict[str, object]:
    return {"url": url, "password": {"env": "REDIS_PASSWORD"}, **more}


def test_a_list_filling_and_draining(url: str, client: redis.Redis) -> None:
    settings = _settings(url, lists=[{"key": "price.load", "processing": "{key}:working", "dead_letters": "{key}:dead"}])
    with built(KIND, settings, _ENVIRONMENT) as poller:
        assert by_queue(poller.sample())["price.load"].depth == 0
        client.lpush("price.load", *[f"line {n}" for n in range(7)])
        client.lmove("price.load", "price.load:working", "RIGHT", "LEFT")
        client.lmove("price.load", "price.load:dead", "RIGHT", "LEFT")
        filled = by_queue(poller.sample())["price.load"]
        client.delete("price.load", "price.load:working", "price.load:dead")
        drained = by_queue(poller.sample())["price.load"]
    assert (filled.depth, filled.in_flight, filled.dead_letters) == (5, 1, 1)
    assert (drained.depth, drained.in_flight, drained.dead_letters) == (0, 0, 0)
    assert filled.oldest_age_seconds is filled.consumers is filled.publish_rate is filled.ack_rate is None


@pytest.mark.parametrize(("end", "push"), [("right", "lpush"), ("left", "rpush")])
def test_the_age_of_the_next_message_of_a_list(url: str, client: redis.Redis, end: str, push: str) -> None:
    for age in (600, 60, 5):
        getattr(client, push)("orders", json.dumps({"meta": {"written": time.time() - age}, "po": "4500"}))
    reading = sampled(KIND, _settings(url, lists=[{"key": "orders", "oldest": end, "time_field": "meta.written"}]), _ENVIRONMENT)
    assert reading["orders"].oldest_age_seconds == pytest.approx(600, abs=30)


@pytest.mark.parametrize("message", ["not JSON", '{"other": 1}', '{"written": "soon"}', "[1]", '{"written": 17}', "\xff"])
def test_a_message_without_a_time_has_no_age(url: str, client: redis.Redis, message: str) -> None:
    client.lpush("orders", message)
    reading = sampled(KIND, _settings(url, lists=[{"key": "orders", "time_field": "written"}]), _ENVIRONMENT)["orders"]
    assert (reading.depth, reading.oldest_age_seconds) == (1, None)


def test_lists_by_pattern_stay_known_when_empty_and_their_companions_are_no_queues(url: str, client: redis.Redis) -> None:
    client.lpush("q:a", "1")
    client.lpush("q:b", "1")
    client.lpush("q:b:dead", "1")
    client.set("q:not-a-list", "1")
    with built(KIND, _settings(url, lists=[{"key": "q:*", "dead_letters": "{key}:dead"}]), _ENVIRONMENT) as poller:
        assert {name: r.dead_letters for name, r in by_queue(poller.sample()).items()} == {"q:a": 0, "q:b": 1}
        client.delete("q:a")
        assert by_queue(poller.sample())["q:a"].depth == 0


def test_a_stream_and_its_group(url: str, client: redis.Redis) -> None:
    now = int(time.time() * 1000)
    client.xgroup_create("invoices", "ap", id="0", mkstream=True)
    for n, age in enumerate((900, 300, 200, 100)):
        client.xadd("invoices", {"number": n}, id=f"{now - age * 1000}-0")
    settings = _settings(url, streams=[{"key": "invoices", "dead_letters": "{key}.{group}.dead"}])
    with built(KIND, settings, _ENVIRONMENT) as poller:
        untouched = by_queue(poller.sample())["invoices/ap"]
        client.xreadgroup("ap", "worker-1", {"invoices": ">"}, count=2)
        first = by_queue(poller.sample())["invoices/ap"]
        client.xack("invoices", "ap", f"{now - 900_000}-0")
        client.xadd("invoices.ap.dead", {"number": 9})
        reading = by_queue(poller.sample())["invoices/ap"]
    assert (untouched.depth, untouched.in_flight, untouched.consumers) == (4, 0, 0)
    assert untouched.oldest_age_seconds == pytest.approx(900, abs=30)
    assert (first.depth, first.in_flight, first.ack_rate) == (2, 2, None)  # until now it had read nothing, so nothing to compare
    assert (reading.depth, reading.in_flight, reading.consumers, reading.dead_letters) == (2, 1, 1, 1)
    assert reading.oldest_age_seconds == pytest.approx(300, abs=30)  # delivered, and still not acknowledged
    assert reading.publish_rate == 0
    assert reading.ack_rate is not None and reading.ack_rate > 0


def test_a_group_that_read_everything_has_nothing_old(url: str, client: redis.Redis) -> None:
    client.xgroup_create("invoices", "ap", id="0", mkstream=True)
    client.xreadgroup("ap", "worker-1", {"invoices": ">"})
    entry = client.xadd("invoices", {"number": 1})
    client.xreadgroup("ap", "worker-1", {"invoices": ">"})
    client.xack("invoices", "ap", entry)
    reading = sampled(KIND, _settings(url, streams=[{"key": "invoices"}]), _ENVIRONMENT)["invoices/ap"]
    assert (reading.depth, reading.in_flight, reading.oldest_age_seconds) == (0, 0, 0)


def test_a_lag_redis_has_lost_is_counted_up_to_the_limit_and_unknown_beyond(url: str, client: redis.Redis) -> None:
    ids = [client.xadd("invoices", {"number": n}) for n in range(10)]
    client.xgroup_create("invoices", "ap", id=ids[1])
    client.xdel("invoices", ids[5])
    assert client.xinfo_groups("invoices")[0]["lag"] is None
    streams = [{"key": "invoices"}]
    counted = sampled(KIND, _settings(url, streams=streams), _ENVIRONMENT)["invoices/ap"]
    unknown = sampled(KIND, _settings(url, streams=streams, count_limit=3), _ENVIRONMENT)["invoices/ap"]
    assert (counted.depth, unknown.depth) == (7, None)
    assert unknown.ack_rate is None


def test_chosen_ids_are_no_times(url: str, client: redis.Redis) -> None:
    client.xadd("invoices", {"number": 1}, id="5-1")
    reading = sampled(KIND, _settings(url, streams=[{"key": "inv*"}]), _ENVIRONMENT)["invoices"]
    assert (reading.depth, reading.oldest_age_seconds, reading.consumers) == (1, None, None)


def test_groups_are_chosen_by_name(url: str, client: redis.Redis) -> None:
    for group in ("ap", "audit", "replay-2026"):
        client.xgroup_create("invoices", group, id="0", mkstream=True)
    streams = [{"key": "invoices", "groups": {"include": ["a*"], "exclude": ["audit"]}}]
    assert set(sampled(KIND, _settings(url, streams=streams), _ENVIRONMENT)) == {"invoices/ap"}


def test_a_stream_that_is_not_there_is_no_empty_one(url: str, client: redis.Redis) -> None:
    with pytest.raises(PollFailed, match="there is no stream typo; check the key"):
        sampled(KIND, _settings(url, streams=[{"key": "typo"}]), _ENVIRONMENT)


def test_a_key_of_another_type_is_named(url: str, client: redis.Redis) -> None:
    client.set("orders", "1")
    with pytest.raises(PollFailed, match="WRONGTYPE"):
        sampled(KIND, _settings(url, lists=[{"key": "orders"}]), _ENVIRONMENT)


def test_too_many_keys(url: str, client: redis.Redis) -> None:
    for n in range(4):
        client.lpush(f"q:{n}", "1")
    with pytest.raises(PollFailed, match="more than 3 keys fit q:"):
        sampled(KIND, _settings(url, lists=[{"key": "q:*"}], key_limit=3), _ENVIRONMENT)


def test_wrong_password(url: str) -> None:
    with pytest.raises(PollFailed, match="check username and password") as failed:
        sampled(KIND, _settings(url, lists=[{"key": "q"}]), {"REDIS_PASSWORD": "wr0ng-one"})
    assert "wr0ng-one" not in str(failed.value)


def test_no_password(url: str) -> None:
    with pytest.raises(PollFailed, match="check username and password"):
        sampled(KIND, {"url": url, "lists": [{"key": "q"}]})


def test_a_user_without_permission(url: str, client: redis.Redis) -> None:
    client.execute_command("ACL", "SETUSER", "blind", "on", ">s3cr3t-of-redis", "+@connection")
    with pytest.raises(PollFailed, match="may read"):
        sampled(KIND, _settings(url, username="blind", lists=[{"key": "q"}]), _ENVIRONMENT)


def test_unreachable() -> None:
    with pytest.raises(PollFailed, match=r"cannot be reached .*check url"):
        sampled(KIND, {"url": f"redis://127.0.0.1:{free_port()}", "lists": [{"key": "q"}]})


def test_silent() -> None:
    with answering_nothing() as port, pytest.raises(PollFailed, match="did not answer in time"):
        sampled(KIND, {"url": f"redis://127.0.0.1:{port}", "lists": [{"key": "q"}]}, timeout=0.2)


def test_the_master_is_found_by_sentinels(url: str, client: redis.Redis, tmp_path: Path) -> None:
    server, port = program("redis-server", "redis-server"), free_port()
    master = url.removeprefix("redis://").removesuffix("/0").replace(":", " ")
    (tmp_path / "sentinel.conf").write_text(
        f"port {port}\nbind 127.0.0.1\ndir {tmp_path}\nsentinel monitor main {master} 1\n"
        "sentinel auth-pass main s3cr3t-of-redis\n"
    )
    client.lpush("orders", "1", "2")
    settings = _settings(url, sentinels=[f"127.0.0.1:{port}"], sentinel_master="main", lists=[{"key": "orders"}])
    with running([server, str(tmp_path / "sentinel.conf"), "--sentinel"], tmp_path, port):
        reading = sampled(KIND, settings, _ENVIRONMENT)["orders"]
    assert (reading.depth, reading.broker) == (2, "test")


def test_tls_and_a_client_certificate(tmp_path: Path) -> None:
    server, port, own = program("redis-server", "redis-server"), free_port(), self_signed(tmp_path)
    command = [server, "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1", "--save", "", "--tls-cert-file",
               str(own.certificate), "--tls-key-file", str(own.key), "--tls-ca-cert-file", str(own.certificate)]  # fmt: skip
    ours = {"certificate": str(own.certificate), "key": str(own.locked_key), "key_password": {"env": "KEY"}}
    settings = {"url": f"rediss://127.0.0.1:{port}", "lists": [{"key": "q"}]}
    environment = {"KEY": own.password}
    with running(command, tmp_path, port):
        trusted = settings | {"tls": {"ca": str(own.certificate), **ours}}
        assert sampled(KIND, trusted, environment)["q"].depth == 0
        assert sampled(KIND, settings | {"tls": {"verify": False, **ours}}, environment)["q"].depth == 0
        for refused in (settings | {"tls": ours}, settings | {"tls": {"ca": str(own.certificate)}}):
            with pytest.raises(PollFailed, match=r"cannot be reached .*check url, the network and tls"):
                sampled(KIND, refused, environment)
        with pytest.raises(PollFailed, match=r"cannot be (reached|used)") as failed:
            sampled(KIND, trusted, {"KEY": "wr0ng-one"})
    assert "wr0ng-one" not in str(failed.value)
