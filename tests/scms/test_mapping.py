"""Mappings of other logs: every layout, and every mistake named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector import imports
from collector.collector import Collector
from collector.imports.table import open_table, records
from domain.configuration import Configuration
from domain.problems import ConfigurationError
from store.query import Query
from store.store import Store
from tests.collector.conftest import serving

WIDE = {
    "flow": "purchase_order",
    "key": ["PO"],
    "milestones": [{"milestone": "created", "column": "Created"}, {"milestone": "acknowledged", "column": "Acked"}],
}


@pytest.fixture
def url(store: Store, configuration: Configuration) -> Iterator[str]:
    with serving(Collector(store, configuration)) as base:
        yield base


def mapping(folder: Path, content: Any) -> imports.Mapping:
    path = folder / "mapping.yaml"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return imports.load_mapping(path)


def stored(store: Store) -> list[tuple[Any, ...]]:
    query = Query("test/m", "SELECT key, milestone, toString(time) AS time, source_id FROM milestones FINAL ORDER BY key, time")
    return [(row["key"], row["milestone"], row["time"]) for row in store.records(query)]


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "log.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_files_are_found_out(tmp_path: Path, end: str, delimiter: str, encoding: str) -> None:
    rows = [
        ["Nr", "Länge", "Text"],
        ["1", "a", f'"x{delimiter}y"'],
        ["", "", ""],
        ["2", "é", '"two' + end + 'lines"'],
        ["3", "b", "z"],
    ]
    table = open_table(
        write(tmp_path, end.join(delimiter.join(row) for row in rows), encoding), imports.Mapping.model_validate(WIDE).file
    )
    assert (table.header, table.delimiter) == (("Nr", "Länge", "Text"), delimiter)
    found = [(record.line, *record.values) for record in records(table)]
    assert found == [(2, "1", "a", f"x{delimiter}y"), (4, "2", "é", f"two{end}lines"), (6, "3", "b", "z")]


def test_a_wide_log_with_zone_and_bad_values(tmp_path: Path, url: str, store: Store) -> None:
    log = write(
        tmp_path,
        "PO;Created;Acked\nP1;2026-03-01 08:00;01/03/26\nP2;soon;N/A\n;2026-03-01 08:00;\nP3;1948-01-01;2026-03-02T08:00:00Z;x\n"
        "P4;1948-01-01;2026-03-02T08:00:00Z\nP5;0099-01-01;",
    )
    rules = WIDE | {"zone": "America/Chicago", "date_formats": ["iso", "%d/%m/%y"], "not_captured": {"N/A": "not applicable"}}
    result = imports.run(log, mapping(tmp_path, rules), url)
    assert (result.lines_read, result.accepted) == (6, {"created": 2, "acknowledged": 2})
    assert {(each.column, each.reason): each.lines for each in result.refused} == {
        ("", "not as many fields as the header"): (5,),
        ("Acked", "empty"): (7,),
        ("Acked", "not applicable"): (3,),
        ("Created", "not a date in any of the given formats"): (3,),
        ("Created", "outside 1900 to 2298"): (7,),
        ("PO", "no key"): (4,),
    }
    assert stored(store) == [
        ("P1", "acknowledged", "2026-03-01 06:00:00.000000"),
        ("P1", "created", "2026-03-01 14:00:00.000000"),
        ("P4", "created", "1948-01-01 06:00:00.000000"),
        ("P4", "acknowledged", "2026-03-02 08:00:00.000000"),
    ]


def test_a_long_log(tmp_path: Path, url: str, store: Store) -> None:
    log = write(
        tmp_path,
        "order,site,step,at\n1,H01,NEW,2026-03-01T08:00:00Z\n1,H01,ACK,2026-03-02T08:00:00Z\n2,H01,??,2026-03-02T08:00:00Z\n",
    )
    rules = {
        "flow": "purchase_order", "key": ["site", "order"], "supplier_id": {"value": "S1"}, "facility_id": "site",
        "events": {"milestone": "step", "time": "at", "milestones": {"NEW": "created", "ACK": "acknowledged"}},
    }  # fmt: skip
    result = imports.run(log, mapping(tmp_path, rules), url)
    assert result.accepted == {"created": 1, "acknowledged": 1}
    assert [(each.column, each.reason, each.lines) for each in result.refused] == [
        ("step", "not a step that the mapping names", (4,))
    ]
    assert [row[:2] for row in stored(store)] == [("H01-1", "created"), ("H01-1", "acknowledged")]
    row = store.records(Query("test/m", "SELECT facility_id, supplier_id, attributes FROM milestones LIMIT 1"))[0]
    assert (row["facility_id"], row["supplier_id"], row["attributes"]["import.file"]) == ("H01", "S1", "log.csv")


def test_the_same_bytes_under_another_name_count_once(tmp_path: Path, url: str, store: Store) -> None:
    rules = mapping(tmp_path, WIDE)
    log = write(tmp_path, "PO,Created,Acked\nP1,2026-03-01,2026-03-02\n")
    imports.run(log, rules, url)
    imports.run(log.rename(tmp_path / "renamed.csv"), rules, url)
    assert len(stored(store)) == 2


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("flow: f\nkey: [a]\nmilestones:\n  - {milestone: m, column: c}\ncolour: red\n", 5, "colour: red — Extra inputs"),
        ("flow: f\nkey: [a]\nmilestones:\n  - {milestone: m}\n", 4, "milestones.0.column — Field required"),
        (
            "flow: f\nkey: [a]\nzone: Chicago\nmilestones:\n  - {milestone: m, column: c}\n",
            3,
            "zone: Chicago — is not a time zone",
        ),
        ("flow: f\nkey: [a]\n", 1, "either milestones"),
        ("flow: [f\n", 2, "is not valid YAML"),
    ],
)
def test_mistakes_in_a_mapping_are_named_with_their_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        mapping(tmp_path, text)
    assert f"mapping.yaml:{line}: " in str(caught.value)
    assert said in str(caught.value)


def test_columns_that_the_file_does_not_have(tmp_path: Path) -> None:
    log = write(tmp_path, "PO,Creatd,Acked\nP1,2026-03-01,2026-03-02\n")
    with pytest.raises(ConfigurationError, match=r'log.csv:1: Created — the header has no such column. Did you mean "Creatd"\?'):
        imports.run(log, mapping(tmp_path, WIDE), "http://127.0.0.1:9")


def test_a_server_that_refuses(tmp_path: Path, store: Store, configuration: Configuration) -> None:
    log = write(tmp_path, "PO,Created,Acked\nP1,2026-03-01,2026-03-02\n")
    rules = mapping(tmp_path, WIDE)
    with serving(Collector(store, configuration, ingest_key="secret")) as url:
        with pytest.raises(imports.ImportStopped, match="401: Send the ingest key"):
            imports.run(log, rules, url)
        assert imports.run(log, rules, url, "secret").accepted == {"created": 1, "acknowledged": 1}
