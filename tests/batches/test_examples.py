"""What the documents show is what the program takes."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from collector.batches.readers import BATCH_READERS
from collector.files.reader import FileContext
from domain.loader import check
from tests.support.network import NETWORK, small_network

ROOT = Path(__file__).resolve().parents[2]
READERS = ROOT / "collector" / "batches" / "readers"
DOCUMENTS = [
    ROOT / "docs" / "how-to" / "report-batches.md",
    ROOT / "docs" / "how-to" / "send-events.md",
    READERS / "manifest" / "README.md",
]


def blocks(document: Path) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", document.read_text(), re.S)


@pytest.mark.parametrize("kind", sorted(BATCH_READERS))
def test_every_reader_has_a_readme_and_an_example_it_reads(kind: str) -> None:
    [example] = (READERS / kind).glob("example.*")
    assert f"({example.name})" in (READERS / kind / "README.md").read_text()
    body = example.read_bytes()
    network = small_network(batch_mappings=yaml.safe_load(blocks(READERS / "manifest" / "README.md")[0])["batch_mappings"])
    context = FileContext(
        network, hashlib.sha256(body).digest(), len(body), datetime(2026, 11, 22, tzinfo=UTC), "price-load", mapping="load-report"
    )
    pieces = list(BATCH_READERS[kind].read(io.BytesIO(body), example.name, context))
    assert any(piece.get("batch_runs") for piece in pieces)
    assert kind == "airflow" or any(piece.get("batch_rejects") for piece in pieces)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_configuration_in_documents_is_usable(document: Path, tmp_path: Path) -> None:
    (tmp_path / "network.yaml").write_text(yaml.safe_dump(NETWORK))
    for n, block in enumerate(blocks(document)):
        (tmp_path / f"{n}.yaml").write_text(block)
    result = check(tmp_path)
    assert result.configuration is not None, str(result)
