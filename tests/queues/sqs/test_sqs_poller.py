"""Against moto's server, which speaks the API of SQS, CloudWatch, STS and IAM on loopback."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from collector.queues.poller import PollFailed
from collector.queues.sqs import KIND
from tests.support.pollers import answering_nothing, built, by_queue, sampled
from tests.support.receivers import free_port

_SECRET = "s3cr3t-of-aws/key"
_ENVIRONMENT = {"AWS_SECRET": _SECRET}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(url: str) -> Iterator[Any]:
    """Makes clients; everything is forgotten afterwards."""

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": _SECRET}
        return boto3.client(service, region_name="us-east-1", endpoint_url=url, **keys)  # type: ignore[call-overload]

    yield client
    httpx.post(f"{url}/moto-api/reset")


def _settings(url: str, **more: object) -> dict[str, object]:
    access = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": {"env": "AWS_SECRET"}}
    return {"region": "us-east-1", "url": url, "cloudwatch_url": url, "sts_url": url} | access | more


def _queue(sqs: Any, name: str, dead: str | None = None, **attributes: str) -> str:
    if dead is not None:
        arn = f"arn:aws:sqs:us-east-1:123456789012:{dead}"
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    created: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return created


def _send(sqs: Any, queue: str, count: int, delay: int = 0) -> None:
    for n in range(count):
        sqs.send_message(QueueUrl=queue, MessageBody=str(n), DelaySeconds=delay)


def test_a_queue_filling_and_draining(url: str, aws: Any) -> None:
    sqs = aws("sqs")
    dead = _queue(sqs, "orders-dead")
    orders = _queue(sqs, "orders", dead="orders-dead")
    with built(KIND, _settings(url), _ENVIRONMENT) as poller:
        empty = by_queue(poller.sample())
        _send(sqs, orders, 5)
        _send(sqs, orders, 2, delay=600)
        _send(sqs, dead, 3)
        taken = sqs.receive_message(QueueUrl=orders, MaxNumberOfMessages=2)["Messages"]
        filled = by_queue(poller.sample())["orders"]
        sqs.delete_message(QueueUrl=orders, ReceiptHandle=taken[0]["ReceiptHandle"])
        after = by_queue(poller.sample())["orders"]
    assert set(empty) == {"orders"}  # the dead-letter queue is a figure of the other
    assert (empty["orders"].depth, empty["orders"].in_flight, empty["orders"].dead_letters) == (0, 0, 0)
    assert (filled.depth, filled.in_flight, filled.dead_letters) == (3, 2, 3)
    assert after.in_flight == 1
    assert filled.oldest_age_seconds is filled.consumers is filled.publish_rate is filled.ack_rate is None


def test_delayed_messages_count_when_asked_for(url: str, aws: Any) -> None:
    sqs = aws("sqs")
    orders = _queue(sqs, "orders")
    _send(sqs, orders, 1)
    _send(sqs, orders, 2, delay=600)
    assert sampled(KIND, _settings(url, count_delayed=True), _ENVIRONMENT)["orders"].depth == 3


def test_ages_and_rates_from_cloudwatch(url: str, aws: Any) -> None:
    sqs, now = aws("sqs"), datetime.now(UTC)
    for name in ("orders", "idle", "drained"):
        _queue(sqs, name)
    _send(sqs, sqs.get_queue_url(QueueName="orders")["QueueUrl"], 1)
    _send(sqs, sqs.get_queue_url(QueueName="idle")["QueueUrl"], 1)
    values = (("orders", "ApproximateAgeOfOldestMessage", 321), ("orders", "NumberOfMessagesSent", 120),
              ("orders", "NumberOfMessagesDeleted", 30), ("drained", "ApproximateAgeOfOldestMessage", 99))  # fmt: skip
    for queue, metric, value in values:
        point = {"MetricName": metric, "Value": value, "Timestamp": now, "Dimensions": [{"Name": "QueueName", "Value": queue}]}
        aws("cloudwatch").put_metric_data(Namespace="AWS/SQS", MetricData=[point])
    # moto's window ends before the second the point was made in.
    later = datetime.fromtimestamp(now.timestamp() + 60, UTC)
    with built(KIND, _settings(url, cloudwatch=True), _ENVIRONMENT, clock=lambda: later) as poller:
        found = by_queue(poller.sample())
    orders, idle = found["orders"], found["idle"]
    assert (orders.oldest_age_seconds, orders.publish_rate, orders.ack_rate) == (321, 2.0, 0.5)
    assert (idle.depth, idle.oldest_age_seconds, idle.publish_rate) == (1, None, None)
    assert found["drained"].oldest_age_seconds == 0


def test_queues_are_chosen_by_name(url: str, aws: Any) -> None:
    sqs = aws("sqs")
    for name in ("orders", "orders-test", "invoices"):
        _queue(sqs, name)
    assert set(sampled(KIND, _settings(url, queues=["o*"], exclude=["*-test"]), _ENVIRONMENT)) == {"orders"}
    assert set(sampled(KIND, _settings(url, queues=["invoices", "orders"]), _ENVIRONMENT)) == {"invoices", "orders"}
    with pytest.raises(PollFailed, match="has 3 queues of these names, more than queue_limit 2"):
        sampled(KIND, _settings(url, queue_limit=2), _ENVIRONMENT)


def test_no_queues_at_all(url: str, aws: Any) -> None:
    assert sampled(KIND, _settings(url), _ENVIRONMENT) == {}


def test_more_queues_than_fit_a_page(url: str, aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.queues.sqs.poller._PAGE", 3)
    sqs = aws("sqs")
    for n in range(7):
        _queue(sqs, f"q{n}")
    assert set(sampled(KIND, _settings(url), _ENVIRONMENT)) == {f"q{n}" for n in range(7)}


def test_dead_letters_of_a_queue_chosen_alone(url: str, aws: Any) -> None:
    sqs = aws("sqs")
    _send(sqs, _queue(sqs, "orders-dead"), 2)
    _queue(sqs, "orders", dead="orders-dead")
    assert sampled(KIND, _settings(url, queues=["orders"]), _ENVIRONMENT)["orders"].dead_letters == 2


def test_a_queue_named_exactly_that_is_not_there(url: str, aws: Any) -> None:
    with pytest.raises(PollFailed, match=r"queue typo, refused: .*check the queue's name and region"):
        sampled(KIND, _settings(url, queues=["typo"]), _ENVIRONMENT)


def test_dead_letters_nobody_may_see_are_unknown(url: str, aws: Any) -> None:
    sqs = aws("sqs")
    dead = _queue(sqs, "orders-dead")
    _queue(sqs, "orders", dead="orders-dead")
    sqs.delete_queue(QueueUrl=dead)
    assert sampled(KIND, _settings(url), _ENVIRONMENT)["orders"].dead_letters is None


def test_in_a_role(url: str, aws: Any) -> None:
    _queue(aws("sqs"), "orders")
    role = {"role_arn": "arn:aws:iam::123456789012:role/watcher", "external_id": "hospital-7"}
    assert set(sampled(KIND, _settings(url, **role), _ENVIRONMENT)) == {"orders"}


def test_wrong_credentials(url: str, aws: Any) -> None:
    _queue(aws("sqs"), "orders")
    httpx.post(f"{url}/moto-api/reset-auth", content=b"0")
    try:
        with pytest.raises(PollFailed, match="check access_key_id and secret_access_key") as failed:
            sampled(KIND, _settings(url), _ENVIRONMENT)
    finally:
        httpx.post(f"{url}/moto-api/reset-auth", content=b"inf")
    assert _SECRET not in str(failed.value)


def test_no_credentials(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(PollFailed, match="no credentials for AWS"):
        sampled(KIND, {"region": "us-east-1", "url": url})
    with pytest.raises(PollFailed, match="profile"):
        sampled(KIND, {"region": "us-east-1", "url": url, "profile": "nobody"})
    with pytest.raises(PollFailed, match="without secret_access_key"):
        sampled(KIND, {"region": "us-east-1", "url": url, "access_key_id": "AKID"})


def test_unreachable() -> None:
    with pytest.raises(PollFailed, match="cannot be reached"):
        sampled(KIND, _settings(f"http://127.0.0.1:{free_port()}"), _ENVIRONMENT)


def test_silent() -> None:
    with answering_nothing() as port, pytest.raises(PollFailed, match="did not answer in time"):
        sampled(KIND, _settings(f"http://127.0.0.1:{port}"), _ENVIRONMENT, timeout=0.2)
