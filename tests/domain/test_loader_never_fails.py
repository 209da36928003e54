"""Whatever is written in a file, the loader answers with a configuration or with problems; it never falls over."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.loader import CheckResult, check
from tests.support.network import NETWORK

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["0h", "99:99", "US-", "(", "*", "4h", "H01", "always", "999999999999w"]),
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for step, child in children for p in places(child, (*path, step)))]


PLACES = [path for path in places(NETWORK) if path]


def answered(folder: Path, text: str) -> CheckResult:
    (folder / "world.yaml").write_text(text)
    result = check(folder)
    assert (result.configuration is None) == bool(result.problems)
    assert str(result)
    return result


@quick
@given(path=st.sampled_from(PLACES), value=values)
def test_any_value_in_any_place(tmp_path: Path, path: tuple[Any, ...], value: Any) -> None:
    world = copy.deepcopy(NETWORK)
    target: Any = world
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    for problem in answered(tmp_path, yaml.safe_dump(world, sort_keys=False, allow_unicode=True)).problems:
        assert problem.line > 0


@quick
@given(text=st.text(max_size=200))
def test_any_text(tmp_path: Path, text: str) -> None:
    answered(tmp_path, text.encode("utf-8", "replace").decode())


@pytest.mark.parametrize("text", ["[" * 5000, "- " * 5000, "{a: " * 3000, "people: " + "9" * 5000, "? [a]\n: b", "<<: {a: b}"])
def test_text_that_breaks_parsers(tmp_path: Path, text: str) -> None:
    assert answered(tmp_path, text).problems
