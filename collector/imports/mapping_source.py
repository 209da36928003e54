"""Read a mapping file: every mistake at once, each with file and line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from collector.imports.mapping import Mapping
from domain.problems import ConfigurationError, Problem

_REMEDIES = {
    "extra_forbidden": "Remove it or correct its spelling",
    "missing": "Add it",
}


def load_mapping(path: Path) -> Mapping:
    """The mapping in a YAML file. Raises ConfigurationError with every problem found."""
    try:
        text = path.read_text(encoding="utf-8")
        # BaseLoader keeps every value as it is written: N, 2006-06-02 and 00123 stay text.
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        value = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        problem = Problem(str(path), line, "", "", f"is not valid YAML: {error.problem}", "Check indentation, colons and quotes")
        raise ConfigurationError((problem,)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(
            (Problem(str(path), 0, "", "", f"cannot be read: {error}", "Name a YAML file in UTF-8"),)
        ) from error
    try:
        return Mapping.model_validate(value)
    except ValidationError as error:
        raise ConfigurationError(tuple(_problem(path, node, each) for each in error.errors(include_url=False))) from error


def _problem(path: Path, node: yaml.Node | None, error: object) -> Problem:
    assert isinstance(error, dict)
    place = [part for part in error["loc"] if isinstance(part, int) or (part != "Constant" and "[" not in str(part))]
    value = error.get("input")
    shown = str(value) if isinstance(value, str | int | float) else ""
    line = _line(node, place)
    remedy = _REMEDIES.get(error["type"], "Correct it; examples/scms/mapping.yaml shows every key")
    message = str(error["msg"]).removeprefix("Value error, ")
    return Problem(str(path), line, ".".join(map(str, place)), shown, message, remedy)


def _line(node: yaml.Node | None, place: Sequence[str | int]) -> int:
    """Line of the deepest part of `place` that is written."""
    line = node.start_mark.line + 1 if node is not None else 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = (node.value[part], node.value[part])
        else:
            found = None
        if found is None:
            return line
        line, node = found[0].start_mark.line + 1, found[1]
    return line
