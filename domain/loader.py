"""A configuration folder in, one frozen Configuration out, or every mistake in it at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.checks import check_entry
from domain.configuration import Configuration
from domain.openslo_files import expand
from domain.poller_checks import with_settings
from domain.pollers import SettingsOfKind
from domain.problems import ConfigurationError, Problem
from domain.references import check_references
from domain.source import SINGLE
from domain.summary import summary
from domain.validation import SECTIONS, typed
from domain.yaml_source import read

__all__ = ["CheckResult", "ConfigurationError", "Problem", "check", "load", "summary"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What `supplyscope check` prints: either `configuration` with no problems, or None and every problem."""

    configuration: Configuration | None
    problems: tuple[Problem, ...]

    @property
    def exit_code(self) -> int:
        """0 usable, 2 broken."""
        return 2 if self.problems else 0

    def __str__(self) -> str:
        if self.configuration is not None:
            return summary(self.configuration)
        return str(ConfigurationError(self.problems))


def load(folder: Path, poller_settings: SettingsOfKind | None = None) -> Configuration:
    """Read every *.yaml and *.yml below `folder` (or the one file named).

    Each top-level key is a section of Configuration; list sections of several files are one list.
    `poller_settings` types the settings of each kind of poller; without it they stay as written.
    Raises ConfigurationError with every problem found, each with file, line, value and remedy.
    """
    result = check(folder, poller_settings)
    if result.configuration is None:
        raise ConfigurationError(result.problems)
    return result.configuration


def check(folder: Path, poller_settings: SettingsOfKind | None = None) -> CheckResult:
    """The same as `load`, with the problems returned rather than raised."""
    source = read(folder)
    expand(source)
    sections = typed(source)
    sections["pollers"] = with_settings(source, sections["pollers"], poller_settings)
    check_references(source)
    for name, value in sections.items():
        for place, entry in [((name,), value)] if name in SINGLE else value:
            if entry is not None:
                check_entry(source, place, entry, sections)
    if source.problems:
        return CheckResult(None, tuple(sorted(source.problems, key=lambda p: (p.file, p.line))))
    return CheckResult(Configuration(**{name: _plain(name, sections[name]) for name in SECTIONS}), ())


def _plain(name: str, value: Any) -> Any:
    return value if name in SINGLE else tuple(entry for _, entry in value)
