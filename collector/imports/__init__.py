"""Tabular event logs of any shape, turned into milestone events and sent to a running server."""

from collector.imports.mapping import Mapping
from collector.imports.mapping_source import load_mapping
from collector.imports.result import ImportResult, Refusal
from collector.imports.run import run
from collector.imports.sender import ImportStopped

__all__ = ["ImportResult", "ImportStopped", "Mapping", "Refusal", "load_mapping", "run"]
