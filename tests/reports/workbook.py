"""Counts a workbook's formulas again from its rows, without the engine and without our code: openpyxl reads, numpy counts."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import numpy as np
from openpyxl import load_workbook

_RANGE = re.compile(r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)")


class Book:
    """An XLSX as a spreadsheet program sees it: `formulas` as written, `values` as they were when it was made."""

    def __init__(self, content: bytes) -> None:
        self.formulas = load_workbook(io.BytesIO(content))
        self.values = load_workbook(io.BytesIO(content), data_only=True)

    def figures(self) -> list[tuple[str, str, Any, str]]:
        """Id, label, value as stored in the cell, formula, of every figure."""
        written, held = self.formulas["Figures"], self.values["Figures"]
        rows = range(2, written.max_row + 1)
        return [
            (held.cell(r, 12).value, held.cell(r, 1).value, held.cell(r, 2).value, _text(written.cell(r, 2).value)) for r in rows
        ]

    def counted(self, formula: str) -> Any:
        """What the formula gives over the rows of the sheets."""
        names: dict[str, Any] = {}

        def named(found: re.Match[str]) -> str:
            name = f"r{len(names)}"
            names[name] = self._column(found[1], found[2], int(found[3]), int(found[5]))
            return name

        plain = _RANGE.sub(named, formula.lstrip("="))
        python = re.sub(r"(?<![<>=])=(?!=)", "==", plain)
        return eval(python, {"__builtins__": {}}, {**_FUNCTIONS, **names})

    def _column(self, sheet: str, letters: str, first: int, last: int) -> Any:
        cells = self.values[sheet][f"{letters}{first}:{letters}{last}"]
        return np.array([row[0].value for row in (cells if isinstance(cells, tuple) else ((cells,),))], dtype=object)


def _text(cell: Any) -> str:
    return str(getattr(cell, "text", cell))


def _numbers(values: Any) -> list[Decimal]:
    return [
        Decimal(str(value)) for value in np.atleast_1d(values) if isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _sumproduct(chosen: Any, values: Any = None) -> Decimal:
    factors = np.atleast_1d(chosen)
    of = [1] * len(factors) if values is None else values
    return sum((Decimal(str(v)) for take, v in zip(factors, of, strict=True) if take and isinstance(v, int | float)), Decimal(0))


def _median(values: Any) -> Decimal:
    numbers = sorted(_numbers(values))
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


_FUNCTIONS = {
    "COUNT": lambda values: len(_numbers(values)),
    "SUM": lambda values: sum(_numbers(values), Decimal(0)),
    "SUMPRODUCT": _sumproduct,
    "MEDIAN": _median,
    "MAX": lambda values: max(_numbers(values)),
    "ROUND": lambda value, places: round(value, places),
    "IF": lambda test, yes, no: yes if test else no,
}
