"""The configuration folder is read again without a restart: by the API, the command line and SIGHUP; a broken one changes nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.support.network import NETWORK
from tests.support.processes import running, supplyscope, write_configuration
from tests.support.telemetry import span_request

_PROTOBUF = {"Content-Type": "application/x-protobuf"}


def _eventually(ask: Callable[[], Any], wanted: object) -> None:
    until = time.monotonic() + 60
    while (found := ask()) != wanted:
        assert time.monotonic() < until, found
        time.sleep(0.2)


def _write(folder: Path, **changes: Any) -> None:
    (folder / "network.yaml").write_text(yaml.safe_dump({**NETWORK, **changes}, sort_keys=False), encoding="utf-8")


def test_reload_in_a_running_server(tmp_path: Path) -> None:
    folder = write_configuration(tmp_path / "config", NETWORK)
    ports = ["--port", "0", "--otlp-http-port", "0"]
    with running("serve", "--data", str(tmp_path / "data"), "--config", str(folder), *ports) as server:
        api = httpx.Client(base_url=f"{server.pages}/api/v1", timeout=60, trust_env=False)

        def send(name: str) -> None:
            keys = {"interface.id": "clm-contract-events", "contract.id": "K-1", "facility.id": "H01", "item.id": "1"}
            at = datetime.now(UTC) - timedelta(minutes=2)
            body = span_request(name, at, 1, None, os.urandom(16), b"", "clm", keys)
            assert httpx.post(f"{server.otlp}/v1/traces", content=body, headers=_PROTOBUF, trust_env=False).status_code == 200

        def state() -> list[str]:
            return [g["state"] for g in api.get("/configuration").json()["generations"]]

        def flows() -> list[str]:
            return [i["key"] for i in api.get("/flows", params={"flow": "contract_activation"}).json()["instances"]]

        send("contract.signed")
        assert flows() == []

        _write(
            folder,
            milestone_rules=[{"id": "x", "flow": "nowhere", "milestone": "executed", "when": {}}],
            facilities=[{"id": "H 1"}],
        )
        broken = supplyscope("reload", "--server", server.pages)
        assert broken.returncode == 2
        assert "nowhere" in broken.stderr
        assert "H 1" in broken.stderr
        assert state() == ["active"]

        signed = {
            "id": "signed",
            "flow": "contract_activation",
            "milestone": "executed",
            "when": {"span_name": "contract.signed"},
        }
        rules = [*NETWORK["milestone_rules"], signed]
        _write(folder, milestone_rules=rules)
        told = supplyscope("reload", "--server", server.pages)
        assert told.returncode == 0, told.stderr
        assert "in force" in told.stdout
        send("contract.executed")  # intake has not stopped
        _eventually(state, ["active", "active"])
        _eventually(flows, ["K-1"])

        new = {"id": "H99", "name": "East", "time_zone": "America/New_York"}
        assert api.get("/flows", params={"facility": "H99"}).status_code == 404
        _write(folder, milestone_rules=rules, facilities=[*NETWORK["facilities"], new])
        server.process.send_signal(signal.SIGHUP)
        _eventually(lambda: api.get("/flows", params={"facility": "H99"}).status_code, 200)
        assert state() == ["active", "active"]  # a facility is not a rule
        api.close()
