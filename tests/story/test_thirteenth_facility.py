"""A thirteenth facility is one YAML entry: it is served, its spans are counted, the pages offer it; nothing else changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.processes import ROOT, running, supplyscope

_ENTRY = """
facilities:
  - {id: H13, name: Lakeside Children's, time_zone: America/Chicago}
"""
_SENDER = """
import sys
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(endpoint=sys.argv[1] + "/v1/traces")))
attributes = {"interface.id": "po-to-erp", "facility.id": "H13", "purchase_order.id": "PO-13-1", "correlation.id": "C-13"}
provider.get_tracer("t").start_span("post PO", attributes=attributes).end()
provider.shutdown()
"""


@pytest.mark.timeout(180)
@pytest.mark.browser
def test_a_thirteenth_facility_is_one_yaml_entry(tmp_path: Path, chromium: Any) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "examples" / "hospital_network", config)
    (config / "thirteenth.yaml").write_text(_ENTRY, encoding="utf-8")
    checked = supplyscope("check", str(config))
    assert (checked.returncode, checked.stderr) == (0, "")

    options = ("serve", "--port", "0", "--otlp-http-port", "0", "--config", str(config), "--data", str(tmp_path / "data"))
    with running(*options) as server:
        subprocess.run([sys.executable, "-c", _SENDER, server.otlp], check=True, timeout=60, env=dict(os.environ))
        landscape = httpx.get(f"{server.pages}/api/v1/landscape", trust_env=False).json()
        assert len(landscape["facilities"]) == 13
        time.sleep(1)
        health = httpx.get(f"{server.pages}/api/v1/interfaces", params={"facility": "H13"}, trust_env=False).json()
        assert [i["spans"] for i in health if i["interface_id"] == "po-to-erp"] == [1]
        page = chromium.new_page()
        page.goto(f"{server.pages}/it?facility=H13", wait_until="domcontentloaded")
        page.get_by_text("H13").first.wait_for(timeout=60_000)
        page.close()
