"""Great Expectations results → a run whose records are expectations.

Read are a validation result (0.x and 1.x), a checkpoint result as 0.x and 1.x serialise it (run_results by identifier), and
1.x's CheckpointResult.describe() (validation_results). Values that broke an expectation are not kept: they are data.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from collector.batches.readers.documents import count, load, mapping, objects, pieces, text, time_of
from collector.batches.rows import ended, reject_row, run_row
from collector.files.reader import FileContext, Tables, Unreadable
from collector.rows import Row

_STAMP = "%Y%m%dT%H%M%S.%fZ"  # 0.x writes 20200116T101030.000000Z


class GreatExpectationsReader:
    """A record is an expectation, refused when it was not met or raised. One file is one run."""

    def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]:
        document = mapping(load(file, name, context))
        validations = _validations(document, name)
        expectations = [each for path, validation in validations for each in _expectations(validation, path, name)]
        job = context.job_or("")
        finished, run_id = _time(document, validations), _run_id(validations, context)
        rejects = [
            _reject(job, run_id, line, each, finished or context.received, context)
            for line, each in enumerate(expectations, 1)
            if each.get("success") is not True
        ]
        accepted = len(expectations) - len(rejects)
        run = run_row(
            job, run_id, ended(accepted, len(rejects)), context.received,
            interface_id=context.interface_of(job), finished=finished, file_name=name, file_hash=context.digest.hex(),
            records_expected=_declared(validations), records_read=len(expectations), records_accepted=accepted,
            records_rejected=len(rejects), message=_message(validations), source="great_expectations",
        )  # fmt: skip
        return pieces([run], rejects)


def _validations(document: dict[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
    """(path, validation result) of every one in the document."""
    if isinstance(runs := document.get("run_results"), dict):
        found = []
        for key, value in runs.items():
            inner = mapping(value).get("validation_result", value)
            found.append((f"run_results[{key[:80]}]", mapping(inner)))
        return found
    if "validation_results" in document:
        results = objects(document["validation_results"], "validation_results", name)
        return [(f"validation_results[{n}]", result) for n, result in enumerate(results)]
    if "results" in document:
        return [("", document)]
    raise Unreadable(f"{name} has neither results, validation_results nor run_results; send a validation or checkpoint result")


def _expectations(validation: dict[str, Any], path: str, name: str) -> list[dict[str, Any]]:
    key = "expectations" if "expectations" in validation and "results" not in validation else "results"
    return objects(validation.get(key), f"{path}.{key}".lstrip("."), name)


def _time(document: dict[str, Any], validations: list[tuple[str, dict[str, Any]]]) -> datetime | None:
    """When it was validated, None where the file does not say (describe() does not)."""
    metas = [mapping(document.get("meta")), *(mapping(validation.get("meta")) for _, validation in validations)]
    runs = [mapping(document.get("run_id")), *(mapping(meta.get("run_id")) for meta in metas)]
    said = [*(meta.get("validation_time") for meta in metas), *(run.get("run_time") for run in runs)]
    times = [at for value in said if (at := time_of(value) or _stamp(value))]
    return max(times, default=None)


def _stamp(value: Any) -> datetime | None:
    try:
        return time_of(datetime.strptime(value, _STAMP).isoformat())  # noqa: DTZ007 - the Z is in the pattern
    except (TypeError, ValueError):
        return None


def _run_id(validations: list[tuple[str, dict[str, Any]]], context: FileContext) -> str:
    """The validation's own id where the file is one validation, else the content's."""
    if len(validations) == 1 and (id := text(mapping(validations[0][1].get("meta")).get("validation_id"))):
        run = mapping(mapping(validations[0][1].get("meta")).get("run_id"))
        return f"{id}/{text(run.get('run_time'))}".rstrip("/")
    return context.run_id


def _declared(validations: list[tuple[str, dict[str, Any]]]) -> int | None:
    """How many expectations the file says were evaluated."""
    said = [count(mapping(validation.get("statistics")).get("evaluated_expectations")) for _, validation in validations]
    known = [number for number in said if number is not None]
    return sum(known) if known and len(known) == len(said) else None


def _message(validations: list[tuple[str, dict[str, Any]]]) -> str:
    suites = [
        text(validation.get("suite_name") or mapping(validation.get("meta")).get("expectation_suite_name"))
        for _, validation in validations
    ]
    return "Great Expectations" + (f": {', '.join(dict.fromkeys(filter(None, suites)))}" if any(suites) else "")


def _reject(job: str, run_id: str, line: int, result: dict[str, Any], at: datetime, context: FileContext) -> Row:
    config = mapping(result.get("expectation_config"))
    kwargs = mapping(config.get("kwargs") or result.get("kwargs"))
    kind = text(config.get("type") or config.get("expectation_type") or result.get("expectation_type")) or "expectation"
    subject = text(kwargs.get("column") or kwargs.get("column_list") or kwargs.get("column_set"))
    return reject_row(
        job, run_id, line, at, context.received, interface_id=context.interface_of(job), code=kind,
        message=f"{kind}{f' on {subject}' if subject else ''}: {_why(result)}",
    )  # fmt: skip


def _why(result: dict[str, Any]) -> str:
    """Counts, or what was raised; never the values found."""
    raised = mapping(result.get("exception_info"))
    nested = [mapping(value) for value in raised.values() if isinstance(value, dict)]
    told = [text(each.get("exception_message")) for each in (raised, *nested) if each.get("raised_exception")]
    if told:
        return f"raised {told[0]}"
    found = mapping(result.get("result"))
    unexpected, total = count(found.get("unexpected_count")), count(found.get("element_count"))
    if unexpected is not None and total is not None:
        return f"{unexpected} of {total} values unexpected"
    observed = found.get("observed_value")
    return f"observed {observed}" if isinstance(observed, int | float) else "not met"
