"""YAML files of a folder as plain values, each remembering the file and line it was written on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from domain.problems import Problem
from domain.source import SINGLE, Place, Source

_MOST_REPEATED = 100_000
_LONGEST_NUMBER = 100


class _PlainLoader(yaml.SafeLoader):
    """YAML 1.2's core types only: 17:00 stays text (1.1 reads 1020), as do yes, on, dates and 00123."""


_PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|false|False)$", "tTfF"),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|)$", ["~", "n", "N", ""]),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def read(folder: Path) -> Source:
    """Every *.yaml and *.yml of `folder` and its sub-folders, in name order; one file may be named instead of a folder."""
    source = Source(folder)
    files = _files(folder)
    if not folder.exists():
        source.problem((), "does not exist", "Name the folder that holds your YAML files, for example examples/hospital_network")
    elif not files:
        source.problem((), "holds no *.yaml or *.yml file", "Start from a copy of examples/hospital_network")
    for file in files:
        _FileReader(source, str(file)).read(file)
    return source


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    found = (f for pattern in ("*.yaml", "*.yml") for f in folder.rglob(pattern))
    return sorted(f for f in found if f.is_file() and not any(p.startswith(".") for p in f.relative_to(folder).parts))


class _FileReader:
    """Adds one file to a source."""

    def __init__(self, source: Source, file: str) -> None:
        self._source = source
        self._file = file
        self._seen: set[int] = set()
        self._repeated = 0

    def read(self, file: Path) -> None:
        try:
            nodes = list(yaml.compose_all(file.read_bytes().decode("utf-8-sig"), Loader=_PlainLoader))
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            begun = f"{error.context} begun on line {error.context_mark.line + 1}, " if error.context_mark else ""
            self._complain(
                line, "", f"is not valid YAML: {begun}{error.problem}", "Check indentation, colons and quotes above it"
            )
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self._complain(0, "", f"is not text in UTF-8 ({type(error).__name__})", "Save the file as plain UTF-8 text")
        except RecursionError:
            self._complain(0, "", "is nested too deeply", "Close the brackets that were opened")
        except OSError as error:
            self._complain(0, "", f"cannot be read: {error.strerror}", "Check the file's permissions")
        else:
            if any(_is_openslo(node) for node in nodes):
                self._objects(nodes)
            elif len(nodes) > 1:
                line = _line(nodes[1])
                self._complain(line, "", "begins a second document", "Remove the line ---; only OpenSLO files hold several")
            elif nodes and nodes[0] is not None:
                self._sections(nodes[0])

    def _complain(self, line: int, path: str, message: str, remedy: str, value: str = "") -> None:
        self._source.problems.append(Problem(self._file, line, path, value, message, remedy))

    def _sections(self, node: yaml.Node) -> None:
        if not isinstance(node, yaml.MappingNode):
            self._complain(1, "", "does not start with a section", "Write a section name such as facilities: at the left margin")
            return
        for section, key, value in self._pairs(node, ()):
            if section in SINGLE and section in self._source.sections:
                self._complain(_line(key), section, "is given twice", "Keep it in one file")
            elif isinstance(value, yaml.SequenceNode):
                self._append(section, key, value)
            else:
                self._source.marks.setdefault((section,), (self._file, _line(key)))
                plain = self._value(value, (section,))
                if plain is not None:
                    self._source.sections[section] = plain

    def _objects(self, nodes: list[yaml.Node]) -> None:
        """An OpenSLO file: documents that are an object each, or a list of them."""
        for node in nodes:
            alone = yaml.SequenceNode("tag:yaml.org,2002:seq", [node], node.start_mark, node.end_mark)
            self._append("openslo", node, node if isinstance(node, yaml.SequenceNode) else alone)

    def _append(self, section: str, key: yaml.Node, node: yaml.SequenceNode) -> None:
        """List sections of several files are one list."""
        self._source.marks.setdefault((section,), (self._file, _line(key)))
        entries = self._source.sections.setdefault(section, [])
        if not isinstance(entries, list):
            self._complain(_line(key), section, "is a list here and something else in another file", "Make both a list")
            return
        for item in node.value:
            place = (section, len(entries))
            self._source.marks[place] = (self._file, _line(item))
            entries.append(None)
            entries[-1] = self._value(item, place)

    def _value(self, node: yaml.Node, place: Place, within: tuple[int, ...] = ()) -> Any:
        if id(node) in self._seen and not isinstance(node, yaml.ScalarNode):
            self._repeated += 1
        self._seen.add(id(node))
        if id(node) in within or self._repeated > _MOST_REPEATED:
            self._complain(
                _line(node),
                _path(place),
                "repeats itself without end",
                "Write the value out instead of using *alias",
            )
            return ""
        if isinstance(node, yaml.MappingNode):
            return {
                name: self._child(key, value, (*place, name), (*within, id(node)))
                for name, key, value in self._pairs(node, place)
            }
        if isinstance(node, yaml.SequenceNode):
            return [self._child(item, item, (*place, n), (*within, id(node))) for n, item in enumerate(node.value)]
        return _scalar(node)

    def _child(self, mark: yaml.Node, node: yaml.Node, place: Place, within: tuple[int, ...]) -> Any:
        self._source.marks[place] = (self._file, _line(mark))
        return self._value(node, place, within)

    def _pairs(self, node: yaml.MappingNode, place: Place) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """(key, its node, value's node); a key written twice is a mistake, the first one stays."""
        first: dict[str, int] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            path = _path((*place, name))
            if not name:
                self._complain(_line(key), path, "is not a plain key", "Write a key name, then a colon")
            elif name in first:
                self._complain(_line(key), path, f"is given twice, first on line {first[name]}", "Remove one of the two")
            else:
                first[name] = _line(key)
                yield name, key, value


def _is_openslo(node: yaml.Node | None) -> bool:
    """Whether a document is an object, or starts a list of objects, that says its apiVersion."""
    first = node.value[0] if isinstance(node, yaml.SequenceNode) and node.value else node
    return isinstance(first, yaml.MappingNode) and any(
        isinstance(key, yaml.ScalarNode) and key.value == "apiVersion" for key, _ in first.value
    )


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _path(place: Place) -> str:
    """Entries are counted from 1: while a file is being read their ids are not known yet."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    match node.tag.rsplit(":", 1)[-1]:
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text) if len(text) < _LONGEST_NUMBER else text
        case "float":
            return float(text)
        case "null":
            return None
    return text
