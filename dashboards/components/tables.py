"""Tables whose rows open the story and leave as CSV or spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st
import xlsxwriter

from dashboards import source
from dashboards.components import states
from dashboards.components.links import open_story

Row = dict[str, Any]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TALLEST = 10
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(
    rows: Sequence[Row],
    *,
    key: str,
    nothing: str,
    alt: str,
    story: Callable[[int], str] | None = None,
    seconds: bool = False,
) -> None:
    """Rows under their own keys as headings. `story` gives the search a chosen row opens; `seconds` shows times to the second."""
    if not rows:
        states.empty(nothing)
        return
    zone = source.context().configuration.organisation.time_zone
    chosen: Any = st.dataframe(
        _frame(rows, zone),
        key=key,
        hide_index=True,
        column_config=_columns(rows, zone, "MMM DD HH:mm:ss" if seconds else "MMM DD HH:mm"),
        on_select="rerun" if story else "ignore",
        selection_mode="single-row",
        height="content" if len(rows) <= _TALLEST else 388,
        placeholder="–",
        alt=alt,
    )
    _footer(rows, key, zone, opens=story is not None, shown=len(rows))
    if story and (picked := chosen["selection"]["rows"]):
        open_story(story(picked[0]))


def picked(rows: Sequence[Row], *, key: str, nothing: str, alt: str) -> list[int]:
    """Rows under their own keys as headings, of which the reader ticks some; returns their positions."""
    if not rows:
        states.empty(nothing)
        return []
    zone = source.context().configuration.organisation.time_zone
    chosen: Any = st.dataframe(
        _frame(rows, zone),
        key=key,
        hide_index=True,
        column_config=_columns(rows, zone, "MMM DD HH:mm"),
        on_select="rerun",
        selection_mode="multi-row",
        height="content" if len(rows) <= _TALLEST else 388,
        placeholder="–",
        alt=alt,
    )
    _footer(rows, key, zone, opens=False, shown=len(rows))
    return [at for at in chosen["selection"]["rows"] if at < len(rows)]


def _footer(rows: Sequence[Row], key: str, zone: str, *, opens: bool, shown: int) -> None:
    times = f" · times in {zone}" if any(isinstance(value, datetime) for value in rows[0].values()) else ""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"{shown:,} rows{times}{' · tick a row to open its story' if opens else ''}", width="content")
        with st.popover("Export", icon=":material/download:", type="tertiary"):
            _exports(rows, key, zone)


def _exports(rows: Sequence[Row], key: str, zone: str) -> None:
    st.download_button("CSV", lambda: as_csv(rows), f"{key}.csv", "text/csv", key=f"{key}_csv", on_click="ignore")
    st.download_button("Spreadsheet", lambda: as_xlsx(rows, zone), f"{key}.xlsx", _XLSX, key=f"{key}_xlsx", on_click="ignore")


def as_csv(rows: Sequence[Row]) -> bytes:
    """UTF-8 with a byte-order mark, times as RFC 3339, amounts exact; text that a spreadsheet would run is defused."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0].keys())
    writer.writerows([_plain(value) for value in row.values()] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[Row], zone: str) -> bytes:
    """One sheet: times as dates in `zone`, numbers as numbers, text never as a formula or link."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, heading, time = (
        book.add_worksheet(),
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    )
    sheet.write_row(0, 0, [f"{name} ({zone})" if isinstance(rows[0][name], datetime) else name for name in rows[0]], heading)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row.values()):
            if isinstance(value, datetime):
                sheet.write_datetime(line, column, value.astimezone(ZoneInfo(zone)).replace(tzinfo=None), time)
            elif isinstance(value, int | float | Decimal):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, "" if value is None else str(value))
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return out.getvalue()


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return "" if value is None else str(value)


def _frame(rows: Sequence[Row], zone: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for name in frame.columns:
        sample = next((row[name] for row in rows if row[name] is not None), None)
        if isinstance(sample, datetime):
            frame[name] = pd.to_datetime(frame[name], utc=True).dt.tz_convert(zone)
        elif isinstance(sample, Decimal):
            frame[name] = frame[name].astype(float)
    return frame


def _columns(rows: Sequence[Row], zone: str, time: str) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in rows[0]:
        sample = next((row[name] for row in rows if row[name] is not None), None)
        if isinstance(sample, datetime):
            columns[name] = st.column_config.DatetimeColumn(name, format=time, timezone=zone)
        elif isinstance(sample, Decimal):
            columns[name] = st.column_config.NumberColumn(name, format="%,.2f")
        elif isinstance(sample, int):
            columns[name] = st.column_config.NumberColumn(name, format="%,d")
    return columns
