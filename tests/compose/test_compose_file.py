"""docker-compose.yml and the Dockerfile as text: valid, published on loopback only, secrets from files only."""

from __future__ import annotations

import importlib.resources
import ipaddress
import json
import re
from typing import Any

import jsonschema
import jsonschema.validators
import pytest
from jsonschema.protocols import Validator

from tests.compose.composition import ROOT, composition

_SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY|WEBHOOK", re.IGNORECASE)
_SERVICES = sorted(composition()["services"])


def test_it_is_valid_under_the_compose_specification() -> None:
    _specification().validate(composition())


def test_the_specification_would_notice_a_mistake() -> None:
    wrong = composition()
    wrong["services"]["collector"]["port"] = ["4318"]
    with pytest.raises(jsonschema.ValidationError):
        _specification().validate(wrong)


def test_it_has_the_services_of_a_whole_installation() -> None:
    assert _SERVICES == ["clickhouse", "collector", "dashboard", "mail", "scheduler"]


@pytest.mark.parametrize("name", _SERVICES)
def test_every_port_is_published_on_loopback_only(name: str) -> None:
    for port in _service(name).get("ports", []):
        address, _, _ = str(port).rpartition(":")[0].rpartition(":")
        assert ipaddress.ip_address(address).is_loopback, port
    assert _service(name).get("network_mode") is None


@pytest.mark.parametrize("name", _SERVICES)
def test_secrets_come_from_files(name: str) -> None:
    service = _service(name)
    for variable, value in service.get("environment", {}).items():
        if variable.endswith("_FILE"):
            assert value.removeprefix("/run/secrets/") in service["secrets"], variable
        elif _SECRET.search(variable):
            assert not value, f"{variable} has a value in the file"
    assert set(service.get("secrets", [])) <= set(composition()["secrets"])


def test_no_secret_is_written_down() -> None:
    for name, secret in composition()["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8") + (ROOT / ".dockerignore").read_text(encoding="utf-8")
    assert "/secrets/" in ignored
    assert "\nsecrets\n" in ignored


def test_clickhouse_is_waited_for_and_keeps_its_data() -> None:
    clickhouse = _service("clickhouse")
    assert "/ping" in clickhouse["healthcheck"]["test"][-1]
    assert "clickhouse-data:/var/lib/clickhouse" in clickhouse["volumes"]
    for role in ("collector", "dashboard", "scheduler"):
        assert _service(role)["depends_on"]["clickhouse"] == {"condition": "service_healthy"}


def test_only_the_scheduler_changes_the_schema() -> None:
    """Two processes that migrate at once would refuse each other's tables."""
    for role in ("collector", "dashboard"):
        assert _service(role)["depends_on"]["scheduler"]["condition"] == "service_healthy"


def test_the_image_is_locked_unprivileged_and_watched() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "FROM python:3.11-slim-bookworm" in lines
    assert any("--require-hashes" in line for line in lines)
    assert [line for line in lines if line.startswith("USER")] == ["USER supplyscope"]
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def _service(name: str) -> dict[str, Any]:
    service: dict[str, Any] = composition()["services"][name]
    return service


def _specification() -> Validator:
    """The schema of the specification itself (compose-spec, Apache-2.0), as published in the package check-jsonschema."""
    file = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)
