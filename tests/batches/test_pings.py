"""Pings as healthchecks.io documents them: curl one-liners with another address."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.collector import Collector
from collector.limits import Limits
from store.store import Store
from tests.batches.conftest import Read
from tests.collector.conftest import serving
from tests.support.network import small_network

RID = "0d7a5f33-3f6c-4d8e-9d8e-6a1d0c3c9a11"
Serve = Callable[..., httpx.Client]


@pytest.fixture
def serve(store: Store) -> Iterator[Serve]:
    """Clients of collectors over the same store."""
    with ExitStack() as stack:

        def make(**options: Any) -> httpx.Client:
            url = stack.enter_context(serving(Collector(store, small_network(), **options)))
            return stack.enter_context(httpx.Client(base_url=url, timeout=60))

        yield make


STATES = "run_id, status, started, finished, message, source, interface_id"


def test_start_and_success_are_one_run(serve: Serve, read: Read) -> None:
    client = serve()
    answer = client.get("/ping/price-load/start")
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "OK", "text/plain; charset=utf-8")
    assert client.post("/ping/price-load", content="1200 prices").text == "OK"
    [run] = read("batch_run_states", STATES)
    assert (run["status"], run["message"], run["source"], run["interface_id"]) == (
        "succeeded",
        "1200 prices",
        "ping",
        "erp-price-load",
    )
    assert run["finished"] >= run["started"]


def test_head_fail_log_and_exit_codes(serve: Serve, read: Read) -> None:
    client = serve()
    assert client.head("/ping/price-load/start").text == ""
    client.post("/ping/price-load/log", content="half")
    assert [row["status"] for row in read("batch_run_states", "status")] == ["running"]
    client.post("/ping/price-load/3", content="disk full")
    [run] = read("batch_run_states", "status, message")
    assert run == {"status": "failed", "message": "exit status 3\ndisk full"}
    client.post("/ping/price-load/log", content="cleaned up")  # belongs to the run that ended
    client.get("/ping/price-load/0")  # no run is open: one of its own
    assert sorted(row["status"] for row in read("batch_run_states", "status")) == ["failed", "succeeded"]
    client.get("/ping/price-load/fail")
    assert len(read("batch_run_states", "status")) == 3


def test_run_ids_pair_start_with_end_whatever_comes_between_and_in_whichever_order(serve: Serve, read: Read) -> None:
    client = serve()
    other = str(uuid.uuid4())
    client.get(f"/ping/price-load/start?rid={RID}")
    client.get(f"/ping/price-load/start?rid={other}")
    client.get(f"/ping/price-load?rid={RID.upper()}")
    client.get(f"/ping/price-load/start?rid={RID}")  # sent again, late: the run has ended
    client.get(f"/ping/price-load?rid={RID}")
    states = {row["run_id"]: row["status"] for row in read("batch_run_states", "run_id, status")}
    assert states == {RID: "succeeded", other: "started"}
    [run] = [row for row in read("batch_run_states", STATES) if row["run_id"] == RID]
    ends = [row["finished"] for row in read("batch_runs WHERE status = 'succeeded'", "finished")]
    assert (len(ends), run["finished"]) == (2, min(ends))


def test_an_end_finds_the_start_another_collector_heard(serve: Serve, read: Read) -> None:
    one, two = serve(), serve()
    one.get("/ping/price-load/start")
    two.get("/ping/price-load")
    one.get("/ping/price-load")  # the run it remembers has ended elsewhere
    assert [row["status"] for row in read("batch_run_states", "status")] == ["succeeded", "succeeded"]


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/ping/nightly", 404, "No interface has the job"),
        ("/ping/price-load/256", 400, "no exit code"),
        ("/ping/price-load/99999999999999999999", 400, "no exit code"),
        ("/ping/price-load?rid=1", 400, "give a UUID"),
        (f"/ping/price-load?rid={uuid.UUID(RID).hex}", 400, "with its dashes"),
        ("/ping/a/b/c/start", 404, "form"),
        ("/ping/", 404, "form"),
        ("/ping//start", 404, "form"),
    ],
)
def test_refusals(serve: Serve, read: Read, path: str, status: int, why: str) -> None:
    answer = serve().get(path)
    assert answer.status_code == status, answer.text
    assert why in answer.json()["error"]
    assert read("batch_runs") == []


def test_other_methods_and_created_jobs(serve: Serve, read: Read) -> None:
    client = serve()
    assert client.put("/ping/price-load").status_code == 405
    assert client.get("/ping/nightly?create=1").text == "OK"
    assert [row["job"] for row in read("batch_run_states", "job")] == ["nightly"]


def test_the_key_stands_in_the_path_or_in_the_header(serve: Serve) -> None:
    client = serve(ingest_key="k3y")
    assert client.get("/ping/price-load").status_code == 401
    assert client.get("/ping/wrong/price-load/start").status_code == 401
    assert client.get("/ping/k3y/price-load/start").status_code == 200
    assert client.get("/ping/price-load", headers={"Authorization": "Bearer k3y"}).status_code == 200


def test_bodies_are_cut_and_bounded(serve: Serve, read: Read) -> None:
    client = serve(limits=Limits(json_body=100_000))
    client.post("/ping/price-load", content=b"a" * 50_000)
    client.post("/ping/price-load", content=b"\xff\x00 ok")
    assert client.post("/ping/price-load", content=b"a" * 200_000).status_code == 413
    messages = sorted((row["message"] for row in read("batch_runs", "message")), key=len)
    assert messages[0] == "\ufffd ok"
    assert messages[1].endswith("\n… 17232 more bytes")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_one_liners(serve: Serve, read: Read) -> None:
    base = f"{serve().base_url}/ping/price-load"
    lines = [
        f"curl -fsS -m 10 --retry 5 -o /dev/null {base}/start?rid={RID}",
        f"curl -fsS -m 10 --retry 5 --data-raw 'log of the job' {base}/$(true; echo $?)?rid={RID}",
    ]
    for line in lines:
        subprocess.run(["sh", "-c", line], check=True)
    [run] = read("batch_run_states", STATES)
    assert (run["run_id"], run["status"], run["message"]) == (RID, "succeeded", "log of the job")


def test_result_files_over_http(serve: Serve, read: Read) -> None:
    client = serve()
    suite = f'<testsuite name="{uuid.uuid4()}"><testcase name="a"><failure message="no price"/></testcase></testsuite>'
    for _ in range(2):
        answer = client.post("/v1/batches/junit?job=price-load&file=a.xml", content=suite, headers={"Content-Type": "text/xml"})
        assert answer.json() == {"accepted": 1, "runs": 1, "rejects": 1}
    [run] = read("batch_run_states", "status, file_name, interface_id")
    assert run == {"status": "failed", "file_name": "a.xml", "interface_id": "erp-price-load"}
    assert len(read("batch_rejects FINAL")) == 1
    for path, status, why in [
        ("/v1/batches/junit", 400, "add ?job="),
        ("/v1/batches/junit?job=j&jab=1", 400, "?jab="),
        ("/v1/batches/junit?job=j&zone=Mars", 400, "no time zone"),
        ("/v1/batches/junit?job=j&encoding=base64", 400, "no text encoding"),
        ("/v1/batches/xunit?job=j", 404, "there are airflow, dbt"),
        ("/v1/batches/junit?job=j", 400, "is not XML: line 1"),
    ]:
        answer = client.post(path, content=b"<a")
        assert (answer.status_code, why in answer.json()["error"]) == (status, True), answer.text


PATHS = st.lists(
    st.sampled_from(["price-load", "start", "fail", "log", "0", "255", "256", "-1", "", "é", "%00", "%2F", "..", "k" * 600])
    | st.text(max_size=6),
    max_size=4,
)


def test_any_ping_is_answered_and_stored_whole_or_not_at_all(serve: Serve, read: Read) -> None:
    client = serve()

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(parts=PATHS, rid=st.none() | st.just(RID) | st.text(max_size=8), body=st.binary(max_size=50), create=st.booleans())
    def ping(parts: list[str], rid: str | None, body: bytes, create: bool) -> None:
        before = read("batch_runs", "count() AS n")[0]["n"]
        url = "/ping/" + quote("/".join(parts), safe="/%")
        parameters = ({"rid": rid} if rid is not None else {}) | ({"create": "1"} if create else {})
        answer = client.post(url, params=parameters, content=body)
        # The client resolves dots itself, which may leave a path with a slash too many.
        assert answer.status_code in (200, 307, 400, 404, 405), answer.text
        assert read("batch_runs", "count() AS n")[0]["n"] - before == (answer.status_code == 200)

    ping()
