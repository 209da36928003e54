"""Text that no encoding takes: half a surrogate pair, as three bytes or spelled in JSON. It is refused in words that can be sent."""

from __future__ import annotations

import httpx
import pytest

SPELLED = rb"\ud800"
BYTES = b"\xed\xa0\x80"
EVENT = b'{"specversion": "1.0", "id": "e-%s", "source": "s", "type": 7, "data": {}}'
DBT = b'{"metadata": {"dbt_schema_version": "run-results/%s", "invocation_id": "1"}, "results": []}'
DOORS = [
    ("/v1/batches/dbt?job=price-load", "application/json", DBT),
    ("/v1/events", "application/cloudevents+json", EVENT),
    ("/v1/queues", "application/json", b'[{"queue": "%s", "time": "never", "depth": 1}]'),
    ("/v1/batches", "application/json", b'[{"job": "%s", "run_id": "1", "status": "lost"}]'),
]


@pytest.mark.parametrize("odd", [SPELLED, BYTES], ids=["spelled", "bytes"])
@pytest.mark.parametrize(("path", "kind", "body"), DOORS, ids=[path for path, _, _ in DOORS])
def test_it_is_refused_in_words(url: str, path: str, kind: str, body: bytes, odd: bytes) -> None:
    answer = httpx.post(url + path, content=body % odd, headers={"Content-Type": kind}, timeout=60)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
