"""Every public question answers over an empty store, is told in analytics/README.md, and can be asked over HTTP."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

import analytics
from analytics.context import Context
from domain.interval import Interval
from store.errors import StoreError
from tests.conftest import NOW

ROOT = Path(analytics.__file__).resolve().parents[1]
_DAY = Interval(NOW.replace(hour=0), NOW)
Question = Callable[..., Any]


def questions() -> Iterator[tuple[str, Question]]:
    """Functions a folder of analytics exports that take a context first."""
    for folder in sorted(path.parent.name for path in (ROOT / "analytics").glob("*/__init__.py")):
        package = importlib.import_module(f"analytics.{folder}")
        for name in getattr(package, "__all__", ()):
            value = getattr(package, name)
            if (
                inspect.isfunction(value)
                and get_type_hints(value).get(next(iter(inspect.signature(value).parameters), "")) is Context
            ):
                yield f"{folder}.{name}", value


def sample(kind: Any) -> Any:
    """A value of an annotated type."""
    origin = get_origin(kind)
    if kind is Interval:
        return _DAY
    if origin is Literal:
        return get_args(kind)[0]
    if origin in (Union, type(int | None)):
        return None if type(None) in get_args(kind) else sample(get_args(kind)[0])
    if kind is str:
        return "x"
    if kind in (int, float):
        return 1
    return NOW if getattr(kind, "__name__", "") == "datetime" else ()


QUESTIONS = dict(questions())


def test_there_are_questions() -> None:
    assert len(QUESTIONS) > 60
    assert {name.partition(".")[0] for name in QUESTIONS} >= {
        "flows",
        "failures",
        "sla",
        "queues",
        "batches",
        "pricing",
        "lookup",
        "activity",
    }


def test_every_question_answers_over_an_empty_store(context: Context) -> None:
    """In its real composition: a statement the engine refuses shows here, whatever it is made of."""
    refused = {}
    for name, question in QUESTIONS.items():
        hints, wanted = get_type_hints(question), list(inspect.signature(question).parameters.values())[1:]
        given = {p.name: sample(hints[p.name]) for p in wanted if p.default is p.empty and p.kind is not p.VAR_KEYWORD}
        try:
            question(context, **given)
        except StoreError as error:
            refused[name] = str(error)[:600]
        except (ValueError, LookupError, TypeError, AttributeError):
            continue  # A made-up argument, for example an SLA that is not configured: refused before or after asking.
    assert refused == {}


@pytest.mark.parametrize("folder", sorted({name.partition(".")[0] for name in QUESTIONS}))
def test_every_folder_is_told_in_the_readme(folder: str) -> None:
    readme = (ROOT / "analytics" / "README.md").read_text()
    assert re.search(rf"[`/ ]{folder}/`|`{folder}\b", readme), f"analytics/README.md does not say what {folder}/ answers"


def test_every_question_of_pricing_is_asked_over_http_and_told() -> None:
    readme = (ROOT / "analytics" / "README.md").read_text()
    routes = "\n".join(file.read_text() for file in (ROOT / "server" / "routes").glob("*.py"))
    named = [name.partition(".")[2] for name in QUESTIONS if name.startswith("pricing.")]
    assert [name for name in named if f"pricing.{name}(" not in routes] == []
    assert [name for name in named if f"`{name}`" not in readme] == []
