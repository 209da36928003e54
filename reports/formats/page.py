"""The report as a page: self-contained for a browser, or with pictures attached for mail."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.document import Report
from reports.formats.setting import png
from reports.formats.view import view

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def html(report: Report) -> str:
    """One file without script or remote reference; pictures lie in it."""
    return _laid_out(report, lambda _, picture: "data:image/png;base64," + base64.b64encode(picture).decode())


def mail_page(report: Report, name_of: Callable[[str], str]) -> tuple[str, dict[str, bytes]]:
    """The page of a mail, whose pictures are parts named by `name_of`, and these pictures (PNG) by their own names."""
    pictures: dict[str, bytes] = {}

    def kept(name: str, picture: bytes) -> str:
        pictures[name] = picture
        return f"cid:{name_of(name)}"

    return _laid_out(report, kept), pictures


def _laid_out(report: Report, source: Callable[[str, bytes], str]) -> str:
    told = view(report)
    images = {
        name: {"src": source(name, png(picture["svg"])), "alt": picture["alt"], "width": picture["width"]}
        for name, picture in told["pictures"].items()
    }
    return _ENVIRONMENT.get_template("report.html.jinja").render(v=told, images=images)
