"""Every kind of poller has the same furniture, and its example is a configuration that loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from collector.queues.kinds import KINDS, settings_of_kind
from domain.loader import check, load
from domain.secret_checks import secrets_within
from tests.support.network import NETWORK

_FOLDER = Path(__file__).resolve().parents[2] / "collector" / "queues"


def test_every_folder_is_registered() -> None:
    assert {path.parent.name for path in _FOLDER.glob("*/poller.py")} == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_furniture(kind: str) -> None:
    for name in ("__init__.py", "config.py", "poller.py", "README.md", "example.yaml"):
        assert (_FOLDER / kind / name).is_file(), f"collector/queues/{kind}/{name} is missing"
    readme = (_FOLDER / kind / "README.md").read_text(encoding="utf-8")
    assert "Met:" in readme, "a poller's README says what it has met: the real thing, or documented answers only"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_example_loads(kind: str, tmp_path: Path) -> None:
    example: dict[str, Any] = yaml.safe_load((_FOLDER / kind / "example.yaml").read_text(encoding="utf-8"))
    named = {interface for poller in example["pollers"] for interface in poller.get("interfaces", {}).values()}
    known = {interface["id"] for interface in NETWORK["interfaces"]}
    shape = {name: value for name, value in NETWORK["interfaces"][0].items() if name not in ("id", "queue", "job")}
    network = {**NETWORK, "interfaces": [*NETWORK["interfaces"], *({**shape, "id": each} for each in sorted(named - known))]}
    (tmp_path / "network.yaml").write_text(yaml.safe_dump(network, allow_unicode=True), encoding="utf-8")
    (tmp_path / "pollers.yaml").write_text(yaml.safe_dump(example, allow_unicode=True), encoding="utf-8")
    loaded = load(tmp_path, settings_of_kind())
    assert {poller.kind for poller in loaded.pollers} == {kind}
    for poller in loaded.pollers:
        assert isinstance(poller.settings, KINDS[kind].settings)
        assert all(secret.env or secret.file for secret in secrets_within(poller.settings))


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (
            "redis",
            {"url": "redis://user:hunter2@host"},
            "url: (not shown) — is not the address of a Redis. Write it without user",
        ),
        ("nats", {"servers": ["tls://hunter2@host"]}, "is not the address of a NATS server. Write it without user"),
        ("nats", {"servers": ["tls://host"], "domain": "a.b"}, "is not a JetStream domain"),
        ("sql", {"url": "postgresql://u:hunter2@h/x", "query": "SELECT 1"}, "url holds a password. Put it under password"),
        ("sql", {"url": "sqlite://", "query": "SELECT 1", "password": "hunter2"}, "is a secret written in the file"),
        ("sqs", {"region": "US East"}, "is not a region. Write its code"),
        ("activemq", {"url": "http://u:hunter2@host/x"}, "is not a web address. Write it without user"),
        ("activemq", {"url": "http://host/x", "broker_name": 'a"b'}, "is not the name of a broker"),
        ("ibm_mq", {"url": "https://host", "queue_manager": "QM 1"}, "is not the name of a queue manager"),
        ("service_bus", {"namespace": "sb://hunter2@x"}, "is not the host of a namespace"),
        ("directory", {"folders": []}, "Give at least 1"),
        ("nextgen", {"url": "https://host", "username": "x"}, "password"),
    ],
)
def test_settings_that_are_refused(kind: str, settings: dict[str, Any], message: str, tmp_path: Path) -> None:
    written = {"pollers": [{"id": "a", "kind": kind, "settings": settings}]}
    (tmp_path / "pollers.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    said = str(check(tmp_path, settings_of_kind()))
    assert message in said
    assert "hunter2" not in said
