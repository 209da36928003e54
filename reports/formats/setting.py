"""The typesetter: fonts that come with the packages, never the machine's, so that every machine sets the same bytes."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

import font_source_sans_pro
import typst

_PICTURE = b'#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image(bytes(sys.inputs.svg), format: "svg")'
# Twice the size it is shown at, for sharp screens.
_PIXELS_PER_INCH = 144.0


@cache
def _fonts() -> typst.Fonts:
    folder = Path(font_source_sans_pro.__file__).parent / "files"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def png(svg: str) -> bytes:
    """A picture for mail: many clients drop SVG."""
    return _one(typst.compile(_PICTURE, font_paths=_fonts(), sys_inputs={"svg": svg}, format="png", ppi=_PIXELS_PER_INCH))


def pdf(source: Path, data: str, made: datetime) -> bytes:
    """`source` set with `data` (JSON) as PDF/UA-1: tagged, titled, in a language, every picture with its text."""
    inputs = {"data": data}
    compiled = typst.compile(
        source.read_bytes(),
        font_paths=_fonts(),
        sys_inputs=inputs,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(made.timestamp()),
    )
    return _one(compiled)


def _one(compiled: bytes | list[bytes] | None) -> bytes:
    if not isinstance(compiled, bytes):
        raise ValueError("the typesetter gave no single file; this is a mistake in Supplyscope, report it")
    return compiled
