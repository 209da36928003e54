"""Against a real NATS server with JetStream."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nats
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from collector.queues.nats import KIND
from collector.queues.nats.signing import signer, token_and_signer
from collector.queues.poller import PollFailed
from tests.support.certificates import self_signed
from tests.support.pollers import answering_nothing, built, by_queue, sampled
from tests.support.programs import program, running
from tests.support.receivers import free_port

_PASSWORD = "s3cr3t-of-nats"
_ENVIRONMENT = {"NATS_PASSWORD": _PASSWORD}
# Made for this test from thirty-two bytes "7".
_SEED_BYTES = b"7" * 32


def _encoded(prefix: bytes, key: bytes) -> str:
    import binascii

    body = prefix + key
    return base64.b32encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "little")).decode().rstrip("=")


_OWN_KEY = Ed25519PrivateKey.from_private_bytes(_SEED_BYTES)
_SEED = _encoded(bytes([(18 << 3) | (20 << 3) >> 5, ((20 << 3) & 31) << 3]), _SEED_BYTES)
_PUBLIC = _encoded(bytes([20 << 3]), _OWN_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


@contextmanager
def _server(folder: Path, authorization: str, jetstream: bool = True, tls: str = "") -> Iterator[str]:
    port = free_port()
    stored = f'jetstream {{ store_dir: "{folder}/js" }}' if jetstream else ""
    (folder / "nats.conf").write_text(f"listen: 127.0.0.1:{port}\n{stored}\nauthorization {{ {authorization} }}\n{tls}\n")
    with running([program("nats-server", "nats-server"), "-c", str(folder / "nats.conf")], folder, port):
        yield f"nats://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    users = f'users: [ {{ user: watcher, password: "{_PASSWORD}" }}, {{ nkey: {_PUBLIC} }} ]'
    with _server(tmp_path_factory.mktemp("nats"), users) as found:
        yield found


def _do(url: str, work: Callable[[Any], Awaitable[None]]) -> None:
    async def connected() -> None:
        client = await nats.connect(url, user="watcher", password=_PASSWORD)
        try:
            await work(client.jetstream())
        finally:
            await client.close()

    asyncio.run(connected())


@pytest.fixture
def stream(url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A stream of the test's own, taking STREAM.>."""
    name = f"S{abs(hash(request.node.name)) % 10**9}"

    async def add(js: Any) -> None:
        await js.add_stream(name=name, subjects=[f"{name}.>"], max_msgs=5000)

    async def remove(js: Any) -> None:
        await js.delete_stream(name)

    _do(url, add)
    yield name
    _do(url, remove)


def _settings(url: str, stream: str, **more: object) -> dict[str, object]:
    credentials = {"username": "watcher", "password": {"env": "NATS_PASSWORD"}}
    return {"servers": [url], "streams": {"include": [stream]}} | credentials | more


def test_a_pull_consumer_filling_and_draining(url: str, stream: str) -> None:
    async def fill(js: Any) -> None:
        await js.pull_subscribe(f"{stream}.>", durable="ap")
        await js.publish(f"{stream}.invoice", b"first")
        await asyncio.sleep(1.2)
        for n in range(5):
            await js.publish(f"{stream}.invoice", b"%d" % n)
        taken = await (await js.pull_subscribe(f"{stream}.>", durable="ap")).fetch(3)
        await taken[0].ack_sync()

    async def drain(js: Any) -> None:
        consumer = await js.pull_subscribe(f"{stream}.>", durable="ap")
        for message in await consumer.fetch(3):
            await message.ack_sync()

    async def none(js: Any) -> None:
        await js.pull_subscribe(f"{stream}.>", durable="ap")

    _do(url, none)
    with built(KIND, _settings(url, stream), _ENVIRONMENT) as poller:
        empty = by_queue(poller.sample())[f"{stream}/ap"]
        _do(url, fill)
        filled = by_queue(poller.sample())[f"{stream}/ap"]
        _do(url, drain)
        drained = by_queue(poller.sample())[f"{stream}/ap"]
    assert (empty.depth, empty.in_flight, empty.oldest_age_seconds, empty.publish_rate) == (0, 0, 0, None)
    assert (filled.depth, filled.in_flight, filled.capacity) == (3, 2, 5000)
    assert filled.consumers is None and filled.dead_letters is None
    # The first is acknowledged; the oldest of the others came 1.2 s after it.
    assert filled.oldest_age_seconds is not None and filled.oldest_age_seconds < 1.2
    assert filled.publish_rate is not None and filled.publish_rate > 0
    assert filled.ack_rate is not None and filled.ack_rate > 0
    assert drained.depth == 0


def test_the_oldest_is_the_unacknowledged_one(url: str, stream: str) -> None:
    async def fill(js: Any) -> None:
        await js.publish(f"{stream}.invoice", b"slow")
        await js.publish(f"{stream}.invoice", b"done")
        taken = await (await js.pull_subscribe(f"{stream}.>", durable="ap")).fetch(2)
        await taken[1].ack_sync()  # out of order

    _do(url, fill)
    time.sleep(1.1)
    reading = sampled(KIND, _settings(url, stream), _ENVIRONMENT)[f"{stream}/ap"]
    assert (reading.depth, reading.in_flight) == (0, 1)
    assert reading.oldest_age_seconds is not None and 1.1 <= reading.oldest_age_seconds < 60


def test_a_filter_counts_and_ages_only_its_subject(url: str, stream: str) -> None:
    async def fill(js: Any) -> None:
        await js.publish(f"{stream}.other", b"1")
        await asyncio.sleep(1.5)
        await js.publish(f"{stream}.mine", b"1")
        await js.publish(f"{stream}.other", b"2")
        await js.pull_subscribe(f"{stream}.mine", durable="narrow")

    _do(url, fill)
    reading = sampled(KIND, _settings(url, stream), _ENVIRONMENT)[f"{stream}/narrow"]
    assert reading.depth == 1
    assert reading.oldest_age_seconds is not None and reading.oldest_age_seconds < 1.5
    assert reading.publish_rate is None


def test_push_consumers_know_whether_somebody_listens(url: str, stream: str) -> None:
    seen = {}

    async def listen(js: Any) -> None:
        await js.subscribe(f"{stream}.>", durable="alone", stream=stream)
        await js.subscribe(f"{stream}.>", "group", durable="group", stream=stream)
        seen.update(await asyncio.to_thread(sampled, KIND, _settings(url, stream), _ENVIRONMENT))

    _do(url, listen)
    assert (seen[f"{stream}/alone"].consumers, seen[f"{stream}/group"].consumers) == (1, None)
    gone = sampled(KIND, _settings(url, stream), _ENVIRONMENT)
    assert gone[f"{stream}/alone"].consumers == 0


def test_a_stream_nobody_consumes(url: str, stream: str) -> None:
    async def fill(js: Any) -> None:
        await js.publish(f"{stream}.invoice", b"1")

    empty = sampled(KIND, _settings(url, stream), _ENVIRONMENT)[stream]
    _do(url, fill)
    reading = sampled(KIND, _settings(url, stream), _ENVIRONMENT)[stream]
    assert (empty.depth, empty.oldest_age_seconds) == (0, 0)
    assert (reading.depth, reading.consumers, reading.in_flight) == (1, 0, None)
    assert reading.oldest_age_seconds is not None


def test_more_consumers_than_fit_a_page(url: str, stream: str) -> None:
    async def many(js: Any) -> None:
        for n in range(260):
            await js.add_consumer(stream, durable_name=f"c{n}", ack_policy="explicit")

    _do(url, many)
    assert len(sampled(KIND, _settings(url, stream), _ENVIRONMENT, timeout=20)) == 260
    chosen = _settings(url, stream, consumers={"include": ["c1?"], "exclude": ["c15"]})
    assert len(sampled(KIND, chosen, _ENVIRONMENT)) == 9


def test_wrong_password(url: str) -> None:
    with pytest.raises(PollFailed, match=r"(refused|check) the credentials") as failed:
        sampled(KIND, _settings(url, "*"), {"NATS_PASSWORD": "wr0ng-one"})
    assert "wr0ng-one" not in str(failed.value)


def test_a_seed_instead_of_a_password(url: str, stream: str) -> None:
    settings = {"servers": [url], "nkey_seed": {"env": "SEED"}, "streams": {"include": [stream]}}
    assert sampled(KIND, settings, {"SEED": _SEED})[stream].depth == 0


def test_a_wrong_seed(url: str) -> None:
    other = _encoded(base64.b32decode(_SEED + "=" * (-len(_SEED) % 8))[:2], b"8" * 32)
    with pytest.raises(PollFailed, match=r"(refused|check) the credentials"):
        sampled(KIND, {"servers": [url], "nkey_seed": {"env": "SEED"}}, {"SEED": other})


@pytest.mark.parametrize("seed", ["hunter2", "", _SEED[:-1] + "A", _PUBLIC])
def test_what_is_no_seed_is_not_repeated(seed: str) -> None:
    with pytest.raises(PollFailed, match="begins with SU") as failed:
        signer(seed)
    assert not seed or seed not in str(failed.value)


def test_the_two_blocks_of_a_credentials_file() -> None:
    text = f"""-----BEGIN NATS USER JWT-----
eyJ0eXAiOiJKV1Qi.eyJqdGk.c2ln_natureA
------END NATS USER JWT------

************************* IMPORTANT *************************
-----BEGIN USER NKEY SEED-----
{_SEED}
------END USER NKEY SEED------
"""
    token, owner = token_and_signer(text)
    assert (token, owner.public) == ("eyJ0eXAiOiJKV1Qi.eyJqdGk.c2ln_natureA", _PUBLIC)
    with pytest.raises(PollFailed, match=r"whole text of the \.creds file"):
        token_and_signer(_SEED)


def test_no_jetstream(tmp_path: Path) -> None:
    with (
        _server(tmp_path, f'user: watcher, password: "{_PASSWORD}"', jetstream=False) as plain,
        pytest.raises(PollFailed, match="turn it on for this account"),
    ):
        sampled(KIND, _settings(plain, "*"), _ENVIRONMENT)


def test_a_server_that_went_away_and_came_back(tmp_path: Path) -> None:
    with _server(tmp_path, f'user: watcher, password: "{_PASSWORD}"') as first:
        port = first.rpartition(":")[2]
        poller = built(KIND, _settings(first, "*"), _ENVIRONMENT)
        asked = poller.__enter__()
        assert list(asked.sample()) == []
    try:
        with pytest.raises(PollFailed, match="cannot be reached"):
            asked.sample()
        with running([program("nats-server", "nats-server"), "-c", str(tmp_path / "nats.conf")], tmp_path, int(port)):
            assert list(asked.sample()) == []
    finally:
        poller.__exit__(None, None, None)


def test_tls(tmp_path: Path) -> None:
    own = self_signed(tmp_path)
    user = f'user: watcher, password: "{_PASSWORD}"'
    with _server(tmp_path, user, tls=f'tls {{ cert_file: "{own.certificate}", key_file: "{own.key}" }}') as plain:
        settings = _settings(plain.replace("nats://", "tls://"), "*")
        assert sampled(KIND, settings | {"tls": {"ca": str(own.certificate)}}, _ENVIRONMENT) == {}
        assert sampled(KIND, settings | {"tls": {"verify": False}}, _ENVIRONMENT) == {}
        with pytest.raises(PollFailed, match=r"cannot be reached|closed the connection"):
            sampled(KIND, settings | {"tls": {}}, _ENVIRONMENT)


def test_unreachable() -> None:
    with pytest.raises(PollFailed, match=r"cannot be reached .* check servers"):
        sampled(KIND, {"servers": [f"nats://127.0.0.1:{free_port()}"]})


def test_silent() -> None:
    with answering_nothing() as port, pytest.raises(PollFailed, match=r"cannot be reached|did not answer in time"):
        sampled(KIND, {"servers": [f"nats://127.0.0.1:{port}"]}, timeout=0.3)
