"""Keys: hashed, scoped, several at once, with a beginning and an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from collector.collector import Collector
from collector.keys import ANYONE, SENDER, KeyRing, create
from collector.refusals import Refused
from domain.configuration import Configuration
from domain.intake import IngestKey, Signal
from store.query import Query
from store.store import Store
from tests.collector.conftest import serving
from tests.support.telemetry import span_request

NOW = datetime(2026, 11, 19, 15, tzinfo=UTC)
NEW, NEW_DIGEST = create()
OLD, OLD_DIGEST = create()


def ring(*keys: IngestKey, environment: str | None = None, now: datetime = NOW) -> KeyRing:
    return KeyRing(keys, environment, lambda: now)


def test_a_key_is_never_kept_only_its_hash() -> None:
    assert NEW not in repr(IngestKey(id="new", sha256=NEW_DIGEST))
    assert len(NEW) > 40
    assert NEW != OLD


def test_without_keys_anyone_sends() -> None:
    assert ring().admit(None, "traces") == ANYONE


def test_two_keys_at_once_so_that_a_sender_can_change_over() -> None:
    both = ring(IngestKey(id="old", sha256=OLD_DIGEST), IngestKey(id="new", sha256=NEW_DIGEST), environment="env")
    assert [both.admit(f"Bearer {key}", "edi").key_id for key in (OLD, NEW, "env")] == ["old", "new", "environment"]
    assert set(both.last_used) == {"old", "new", "environment"}
    assert both.last_used["new"] == NOW
    SENDER.set(ANYONE)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", f"Basic {NEW}", NEW, f"Bearer {NEW_DIGEST}"], ids=range(7)
)
def test_no_or_a_wrong_key(header: str | None) -> None:
    with pytest.raises(Refused) as refused:
        ring(IngestKey(id="new", sha256=NEW_DIGEST)).admit(header, "traces")
    assert (refused.value.status, refused.value.reason) == (401, "no_key")
    assert NEW_DIGEST not in refused.value.message


@pytest.mark.parametrize(("after", "reason"), [(-1, "key_not_valid_yet"), (0, None), (59, None), (60, "key_expired")])
def test_a_key_holds_from_its_first_second_to_before_its_end(after: int, reason: str | None) -> None:
    key = IngestKey(id="new", sha256=NEW_DIGEST, not_before=NOW, expires=NOW + timedelta(seconds=60))
    keys = ring(key, now=NOW + timedelta(seconds=after))
    if reason is None:
        assert keys.admit(f"Bearer {NEW}", "traces").key_id == "new"
        SENDER.set(ANYONE)
        return
    with pytest.raises(Refused) as refused:
        keys.admit(f"Bearer {NEW}", "traces")
    assert (refused.value.status, refused.value.reason) == (401, reason)


def test_a_key_for_one_signal_is_refused_for_another() -> None:
    with pytest.raises(Refused, match="may send queues, not traces") as refused:
        ring(IngestKey(id="new", sha256=NEW_DIGEST, signals=(Signal.QUEUES,))).admit(f"Bearer {NEW}", "traces")
    assert refused.value.status == 403


@pytest.fixture
def scoped(store: Store, configuration: Configuration) -> Callable[..., Collector]:
    def make(**scope: object) -> Collector:
        key = IngestKey(id="erp", sha256=NEW_DIGEST, **scope)  # type: ignore[arg-type]
        return Collector(store, configuration.model_copy(update={"ingest_keys": (key,)}))

    return make


def post(base: str, sample: dict[str, object]) -> httpx.Response:
    return httpx.post(f"{base}/v1/queues", json=[sample], headers={"Authorization": f"Bearer {NEW}"})


def test_a_scoped_key_may_not_speak_for_another_interface(scoped: Callable[..., Collector], store: Store) -> None:
    sample = {"queue": "q1", "time": NOW.isoformat(), "depth": 1}
    collector = scoped(interfaces=("erp-price-load",))
    with serving(collector) as base:
        assert post(base, sample | {"interface_id": "erp-price-load"}).status_code == 200
        assert post(base, sample | {"queue": "q2"}).status_code == 200
        foreign = post(base, sample | {"interface_id": "edi-850-out"})
    assert foreign.status_code == 403
    assert foreign.json()["error"] == "Key erp is not for interface edi-850-out; nothing of the request is stored"
    assert store.value(Query("test/stored", "SELECT count() FROM queue_samples FINAL")) == 2
    figures = collector.figures()
    assert figures.by_key["queues", "erp"].records == 2
    assert figures.by_key["queues", "erp"].refused == 1
    assert figures.refused["queues", "interface_not_allowed"] == 1


def traces(base: str, **attributes: str) -> int:
    request = span_request(
        "x", NOW, 0.1, None, b"\1" * 16, b"", "erp", {name.replace("_", "."): value for name, value in attributes.items()}
    )
    headers = {"Authorization": f"Bearer {NEW}", "Content-Type": "application/x-protobuf"}
    answer = httpx.post(f"{base}/v1/traces", content=request, headers=headers, timeout=30)
    return answer.status_code


def test_a_scoped_key_is_held_to_its_interfaces_in_spans_too(scoped: Callable[..., Collector], store: Store) -> None:
    with serving(scoped(interfaces=("erp-price-load",), facilities=("H01",))) as base:
        assert traces(base, interface_id="erp-price-load", facility_id="H01") == 200
        assert traces(base, correlation_id="c") == 200
        assert traces(base, interface_id="edi-850-out") == 403
        assert traces(base, interface_id="erp-price-load", facility_id="H02") == 403
    assert store.value(Query("test/spans", "SELECT count() FROM spans")) == 2
