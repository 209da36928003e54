"""Result files as the tools write them, their counts checked against another parse; and files that are none."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import junitparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.batches.readers import BATCH_READERS
from collector.batches.readers.documents import LARGEST_DOCUMENT
from collector.batches.readers.sap_idoc.codes import statuses
from collector.files.reader import FileContext, Tables, Unreadable
from domain.batch_mappings import BatchMapping
from tests.support.network import small_network

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NETWORK = small_network(
    batch_mappings=[
        {
            "id": "loads", "delimiter": ";", "date_formats": ["%d.%m.%Y %H:%M", "%d.%m.%Y"], "zone": "Europe/Berlin",
            "decimal": "comma", "statuses": {"OK": "succeeded", "NOK": "failed"},
            "run": {
                "run_id": "Load", "status": "State", "finished": "Ended", "business_date": "Day", "records_read": "Lines",
                "control_total_actual": "Total", "job": {"value": "price-load"},
            },
        },
        {
            "id": "lines", "rejected": ["E", "W"],
            "run": {"run_id": "Batch"},
            "record": {"status": "Status", "code": "Code", "message": "Text", "item_id": "Item", "line": "No"},
        },
        {
            "id": "report", "format": "json", "runs": "$.loads[*]", "records": "$.errors[*]",
            "run": {"run_id": "$.id", "records_read": "$.count", "started": "$.at", "control_total_expected": "$.sum.expected"},
            "record": {"message": "$.why", "item_id": "$.item.number"},
        },
    ]
)  # fmt: skip


def read(kind: str, body: bytes | str, name: str = "file", job: str = "price-load", **more: Any) -> tuple[list[Any], list[Any]]:
    """Runs and rejects of a file."""
    data = body.encode() if isinstance(body, str) else body
    context = FileContext(NETWORK, hashlib.sha256(data).digest(), len(data), NOW, job, fallback="the-folder", **more)
    pieces: list[Tables] = list(BATCH_READERS[kind].read(io.BytesIO(data), name, context))
    assert {table for piece in pieces for table in piece} <= {"batch_runs", "batch_rejects"}
    runs = [row for piece in pieces for row in piece.get("batch_runs", ())]
    rejects = [row for piece in pieces for row in piece.get("batch_rejects", ())]
    assert len({tuple(row) for row in runs}) <= 1, "every row carries the same columns"
    return runs, rejects


def counts(run: Any) -> tuple[int, ...]:
    return tuple(run[f"records_{name}"] for name in ("expected", "read", "accepted", "rejected"))


DBT = ["v1", "v2", "v3", "v4", "v5", "v6", "v6/1.11", "v6/1.12"]


@pytest.mark.parametrize("version", DBT)
def test_dbt_samples(version: str, shared_data: Path) -> None:
    number, _, release = version.partition("/")
    file = f"run_results{f'_{release}' if release else ''}.json"
    path = shared_data / "batch" / "dbt" / "tests" / "resources" / "run_results" / number / "jaffle_shop" / file
    document = json.loads(path.read_text())
    [run], rejects = read("dbt", path.read_bytes(), path.name)
    said = Counter(result["status"] for result in document["results"])
    bad = [r["unique_id"] for r in document["results"] if r["status"] not in ("success", "pass", "warn", "skipped")]
    total = sum(said.values())
    assert counts(run) == (total, total - said["skipped"], said["success"] + said["pass"] + said["warn"], len(bad))
    assert [row["message"].split(":")[0] for row in rejects] == bad
    assert run["run_id"] == document["metadata"]["invocation_id"]
    assert run["finished"] == datetime.fromisoformat(document["metadata"]["generated_at"])
    assert 0 < (run["finished"] - run["started"]).total_seconds() < 3600
    assert run["interface_id"] == "erp-price-load"


@pytest.mark.parametrize("status", ["error", "fail", "runtime error", "partial success", "warn", "skipped", "success"])
def test_every_dbt_status(status: str) -> None:
    result = {"unique_id": "test.a", "status": status, "failures": 3, "message": "Got 3 results", "timing": []}
    schema = "https://schemas.getdbt.com/dbt/run-results/v6.json"
    document = {"metadata": {"dbt_schema_version": schema, "generated_at": "2026-11-22T10:00:00"}, "results": [result]}
    [run], rejects = read("dbt", json.dumps(document))
    refused = status in ("error", "fail", "runtime error", "partial success")
    assert [row["code"] for row in rejects] == ([status] if refused else [])
    assert run["status"] == ("failed" if refused else "succeeded")
    assert run["records_read"] == (0 if status == "skipped" else 1)
    assert run["finished"] == datetime(2026, 11, 22, 10, tzinfo=UTC)
    if refused:
        assert rejects[0]["message"] == "test.a (3 failures): Got 3 results"


@pytest.mark.parametrize("name", ["validation_result_gx1.json", "checkpoint_result_gx1.json"])
def test_great_expectations_samples(name: str, shared_data: Path) -> None:
    body = (shared_data / "batch" / "great_expectations" / name).read_text()
    document = json.loads(body)
    validation = document.get("validation_results", [document])[0]
    met = [each["success"] for each in validation.get("results", validation.get("expectations"))]
    [run], rejects = read("great_expectations", body)
    assert counts(run) == (validation["statistics"]["evaluated_expectations"], len(met), sum(met), len(met) - sum(met))
    assert [row["line"] for row in rejects] == [n for n, success in enumerate(met, 1) if not success]
    assert "360 of 10324 values unexpected" in rejects[0]["message"]
    assert "Date Not Captured" not in str(rejects), "the values themselves are data"


def test_great_expectations_before_version_1() -> None:
    config = {"expectation_type": "expect_column_max_to_be_between", "kwargs": {"column": "price"}}
    raised = {"raised_exception": True, "exception_message": "no such column"}
    results = [
        {"success": False, "expectation_config": config, "exception_info": raised},
        {"success": True, "expectation_config": config},
    ]
    meta = {"run_id": {"run_name": "x", "run_time": "20200116T101030.000000Z"}, "expectation_suite_name": "prices"}
    validation = {"success": False, "results": results, "statistics": {"evaluated_expectations": 2}, "meta": meta}
    checkpoint = {"run_results": {"ValidationResultIdentifier::prices": {"validation_result": validation}}, "success": False}
    for document in (validation, checkpoint, {"run_results": {"id": validation}}):
        [run], [reject] = read("great_expectations", json.dumps(document))
        assert counts(run) == (2, 2, 1, 1)
        assert run["finished"] == datetime(2020, 1, 16, 10, 10, 30, tzinfo=UTC) == reject["time"]
        assert reject["message"] == "expect_column_max_to_be_between on price: raised no such column"


def test_junit_sample(shared_data: Path) -> None:
    body = (shared_data / "batch" / "junit" / "pytest9_price_load.xml").read_bytes()
    other = junitparser.JUnitXml.fromstring(body)
    suite = next(iter(other))
    assert isinstance(suite, junitparser.TestSuite)
    [run], rejects = read("junit", body)
    bad = suite.failures + suite.errors
    executed = suite.tests - suite.skipped
    assert counts(run) == (executed, executed, executed - bad, bad)
    cases = [case for case in suite if any(isinstance(r, junitparser.Failure | junitparser.Error) for r in case.result)]
    assert [row["message"] for row in rejects] == [f"{c.classname}.{c.name}: {c.result[0].message}" for c in cases]
    assert [row["line"] for row in rejects] == [3, 6, 7]
    assert run["started"] == datetime(2026, 11, 22, 14, 36, 19, 654132, tzinfo=UTC)


def test_junit_suites_in_suites() -> None:
    inner = '<testsuite name="inner" tests="2"><testcase name="a"><error type="E1">first\nsecond</error></testcase><testcase name="b"/></testsuite>'
    outer = f'<testsuite name="outer" tests="3" timestamp="2026-11-22T08:00:00" time="1,000.5">{inner}<testcase name="c"/></testsuite>'
    [run], _ = read("junit", f"<testsuites>{outer}{inner}</testsuites>")
    assert counts(run) == (5, 5, 3, 2)
    [run], rejects = read("junit", f"<testsuites>{outer}</testsuites>", zone="America/Chicago")
    assert counts(run) == (3, 3, 2, 1)
    assert (rejects[0]["code"], rejects[0]["message"]) == ("E1", "a: first")
    assert run["started"] == datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert (run["finished"] - run["started"]).total_seconds() == 1000.5
    [short], _ = read("junit", '<testsuite tests="9"><testcase name="a"/></testsuite>')
    assert (counts(short), short["message"]) == ((9, 1, 1, 0), "JUnit: 1 tests, 9 declared")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<testsuite><testcase", "is not XML: line 1, column"),
        ("<html/>", "begins with <html>"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><testsuite>&b;</testsuite>', "declares entities or a document type"),
        ("", "is not XML: line 1"),
    ],
)
def test_no_junit(body: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read("junit", body, "a.xml")


def test_junit_of_50_000_cases_stays_small() -> None:
    import tracemalloc

    body = b"<testsuite>" + b'<testcase name="a" classname="b"><system-out>x</system-out></testcase>' * 50_000 + b"</testsuite>"
    context = FileContext(NETWORK, b"0" * 32, len(body), NOW, "price-load")
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    [*_, last] = BATCH_READERS["junit"].read(io.BytesIO(body), "a.xml", context)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert last["batch_runs"][0]["records_read"] == 50_000
    assert peak < len(body)  # its elements would take ten times its bytes


def airflow(**changes: Any) -> dict[str, Any]:
    return {
        "dag_run_id": "scheduled__2026-11-21T06:00:00+00:00", "dag_id": "price_load", "logical_date": "2026-11-21T06:00:00Z",
        "start_date": "2026-11-22T06:00:01.5Z", "end_date": "2026-11-22T06:10:00Z", "state": "success", "run_type": "scheduled",
        "triggered_by": "timetable", "conf": {"password": "x"}, "note": None, **changes,
    }  # fmt: skip


def test_airflow_2_and_3() -> None:
    runs = [
        airflow(),
        airflow(dag_run_id="manual__1", logical_date=None, state="failed", note="disk full", run_type="manual"),
        airflow(dag_run_id="r3", state="running", end_date=None),
        airflow(dag_run_id="r4", state="queued", start_date=None, end_date=None),
    ]
    found, rejects = read("airflow", json.dumps({"dag_runs": runs, "total_entries": 900}), job="")
    assert [run["status"] for run in found] == ["succeeded", "failed", "running", "started"]
    assert [run["business_date"] for run in found] == [date(2026, 11, 21), None, date(2026, 11, 21), date(2026, 11, 21)]
    assert found[0]["job"] == "price_load"
    assert found[0]["run_id"] == "price_load/scheduled__2026-11-21T06:00:00+00:00"
    assert found[1]["message"] == "manual run by timetable: disk full"
    assert "password" not in str(found)
    assert rejects == []
    older = {"dag_run_id": "m", "dag_id": "price_load", "execution_date": "2020-01-01T00:00:00+00:00", "state": "removed"}
    [run], _ = read("airflow", json.dumps(older))
    assert (run["status"], run["business_date"]) == ("running", date(2020, 1, 1))
    assert 'state "removed" is not known' in run["message"]
    with pytest.raises(Unreadable, match=r"dag_runs\[0\] has no dag_id"):
        read("airflow", json.dumps({"dag_runs": [{"state": "success"}]}))


def test_idoc_codes_are_those_of_the_shared_list(shared_data: Path) -> None:
    listed = json.loads((shared_data / "batch" / "idoc_status_codes.json").read_text())["codes"]
    assert {c["code"]: (c["direction"], "W" if "pending" in c["severity"] else c["severity"], c["text"]) for c in listed} == {
        s.code: (s.direction, s.severity, s.text) for s in statuses().values()
    }
    assert all(status.severity == "S" for status in statuses().values() if status.final)


EDIDS = """DOCNUM;LOGDAT;LOGTIM;COUNTR;STATUS;STATXT;STAPA1
0000000000123456;20261122;060000;1;50;;
0000000000123456;20261122;060102;1;51;Material & is not maintained;4711
0000000000123457;20261122;060000;1;53;Document & posted;90001
"""


def test_idoc_statuses_are_reports_of_a_run_per_idoc() -> None:
    runs, rejects = read("sap_idoc", EDIDS)
    assert [(run["run_id"][-1], run["status"], run["records_rejected"]) for run in runs] == [
        ("6", "running", None), ("6", "failed", 1), ("7", "succeeded", 0),
    ]  # fmt: skip
    assert runs[1]["finished"] == datetime(2026, 11, 22, 12, 1, 2, tzinfo=UTC)  # the organisation's zone is Chicago
    [reject] = rejects
    assert reject["code"] == "51"
    assert reject["message"] == "51 Application document not posted: Material 4711 is not maintained"
    edidc = [
        {"Docnum": "1", "status": "64", "MESTYP": "PRICAT", "CREDAT": "2026-11-22", "CRETIM": "05:00:00"},
        {"DOCNUM": "2", "STATUS": "3"},
    ]
    for document in (edidc, {"EDIDC": edidc}):
        runs, _ = read("sap_idoc", json.dumps(document), job="", zone="UTC")
        assert [(run["job"], run["status"]) for run in runs] == [("PRICAT", "running"), ("the-folder", "succeeded")]
    with pytest.raises(Unreadable, match="has no column STATUS"):
        read("sap_idoc", "DOCNUM,STATE\n1,2\n")


def test_a_manifest_with_a_run_per_line() -> None:
    text = "Load;State;Ended;Day;Lines;Total\nL1;OK;22.11.2026 06:30;21.11.2026;1200;1.234.567,50\nL2;NOK;22.11.2026 07:00;21.11.2026;;\n"
    runs, _ = read("manifest", text.encode("cp1252"), job="", mapping="loads")
    assert [(run["job"], run["run_id"], run["status"]) for run in runs] == [
        ("price-load", "L1", "succeeded"),
        ("price-load", "L2", "failed"),
    ]
    assert runs[0]["finished"] == datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
    assert runs[0]["business_date"] == date(2026, 11, 21)
    assert runs[0]["control_total_actual"] == Decimal("1234567.50")
    assert runs[1]["records_read"] is None


def test_a_load_report_with_a_line_per_record() -> None:
    text = "Batch,No,Status,Code,Text,Item\nB7,10,S,,,1\nB7,20,E,M3,no price,2\nB7,30,W,M4,old price,3\n"
    [run], rejects = read("manifest", text, mapping="lines")
    assert (run["run_id"], run["status"], run["records_read"], run["records_accepted"], run["records_rejected"]) == (
        "B7",
        "partial",
        3,
        1,
        2,
    )
    assert [(row["line"], row["code"], row["message"], row["item_id"]) for row in rejects] == [
        (20, "M3", "no price", "2"), (30, "M4", "old price", "3"),
    ]  # fmt: skip


def test_a_json_report() -> None:
    loads = [
        {
            "id": "a",
            "count": 5,
            "at": "2026-11-22T06:00:00Z",
            "sum": {"expected": "10.5"},
            "errors": [{"why": "no UOM", "item": {"number": 7}}],
        },
        {"id": "b", "count": 2, "at": "2026-11-22T06:00:00Z", "errors": []},
    ]
    runs, [reject] = read("manifest", json.dumps({"loads": loads}), mapping="report")
    assert [(run["run_id"], run["records_read"], run["records_rejected"]) for run in runs] == [("a", 5, 1), ("b", 2, 0)]
    assert runs[0]["control_total_expected"] == Decimal("10.5")
    assert (reject["run_id"], reject["line"], reject["item_id"], reject["message"]) == ("a", 1, "7", "no UOM")


@pytest.mark.parametrize(
    ("mapping", "text", "why"),
    [
        ("loads", "Load;State\n1;OK\n", "has no column Day, Ended, Lines, Total"),
        (
            "loads",
            "Load;State;Ended;Day;Lines;Total\n1;OK;yesterday;;;\n",
            'line 2: finished from Ended is "yesterday": not a time',
        ),
        ("loads", "Load;State;Ended;Day;Lines;Total\n1;DONE;;;;\n", 'status "DONE" is not translated'),
        ("loads", "Load;State;Ended;Day;Lines;Total\n1;OK;;;-3;\n", "records_read from Lines"),
        ("lines", "Batch,No,Status,Code,Text,Item\n", "lists no record"),
        ("report", '{"loads": [{"id": {}}]}', r"\$.id leads to an object"),
        ("none", "", '"none" names no batch mapping'),
    ],
)
def test_a_manifest_that_does_not_fit_says_where(mapping: str, text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read("manifest", text, mapping=mapping)


def test_a_manifest_is_streamed_and_its_rejects_come_in_pieces() -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Batch", "No", "Status", "Code", "Text", "Item"])
    writer.writerows(["B1", n, "E", "X", "t", n] for n in range(1, 5001))
    [run], rejects = read("manifest", out.getvalue(), mapping="lines")
    assert (run["records_rejected"], run["status"], len(rejects)) == (5000, "failed", 5000)


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("dbt", "{", "is not JSON: .* in line 1, column 2"),
        ("dbt", "{}", "no version of run-results"),
        ("dbt", '{"metadata": {"dbt_schema_version": "https://x/run-results/v7.json"}, "results": []}', "version 7 is not known"),
        (
            "dbt",
            '{"metadata": {"dbt_schema_version": "https://x/run-results/v1.json"}, "results": [1]}',
            r"results\[0\] is not an object",
        ),
        ("great_expectations", "{}", "has neither results"),
        ("airflow", "[]", "dag_runs is not a list"),
        ("dbt", "[" * 100_000, "is not JSON that can be read"),
        ("dbt", b"\xff\xfe\xff", "is not text"),
    ],
)
def test_files_that_are_none(kind: str, body: str | bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(kind, body, "a.json")


def test_a_json_document_has_a_largest_size() -> None:
    context = FileContext(NETWORK, b"", LARGEST_DOCUMENT + 1, NOW, "j")
    with pytest.raises(Unreadable, match="may have"):
        list(BATCH_READERS["dbt"].read(io.BytesIO(b"{}"), "a.json", context))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.sampled_from(["success", "2026-11-22T00:00:00Z", "0001-01-01T00:00:00+23:00"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["metadata", "results", "status", "timing", "dag_runs", "dag_id", "dag_run_id", "state", "meta", "run_id", "statistics",
                         "run_results", "validation_results", "expectation_config", "kwargs", "DOCNUM", "STATUS", "LOGDAT", "loads", "id", "errors",
                         "success", "started_at", "start_date", "logical_date", "elapsed_time"]) | st.text(max_size=4),
        inner, max_size=5),
    max_leaves=15,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(document=JSON, kind=st.sampled_from(sorted(BATCH_READERS)), versioned=st.booleans())
def test_any_document_is_read_or_refused(document: Any, kind: str, versioned: bool) -> None:
    if versioned and isinstance(document, dict):
        document = document | {"metadata": {"dbt_schema_version": "https://x/run-results/v4.json"}}
    try:
        runs, rejects = read(kind, json.dumps(document), mapping="report")
    except Unreadable as error:
        assert str(error)
        return
    for row in (*runs, *rejects):
        assert all(value is None or value.tzinfo for value in row.values() if isinstance(value, datetime))


@settings(max_examples=200, deadline=None)
@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from(sorted(BATCH_READERS)),
    mapping=st.sampled_from(["loads", "lines", "report"]),
)
def test_any_bytes_are_read_or_refused(body: bytes, kind: str, mapping: str) -> None:
    try:
        read(kind, body, mapping=mapping)
    except Unreadable as error:
        assert str(error)


def test_mappings_are_frozen() -> None:
    assert BatchMapping(id="a", run={"job": "Job"}).sources == ("Job",)
