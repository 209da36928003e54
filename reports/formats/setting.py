"""The typesetter: fonts that come with the packages, never the machine's, so that every machine sets the same bytes."""

from __future__ import annotations

from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

import font_source_sans_pro
import typst

_PICTURE = b'#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image(bytes(sys.inputs.svg), format: "svg")'
SANS, SYMBOLS = "Source Sans Pro", "DejaVu Sans Mono"
_LETTER = b'#set document(title: "x")\n#set text(font: sys.inputs.font, fallback: false, lang: "en")\n#sys.inputs.letter'
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
    """`source` set with `data` (JSON) as PDF/UA-1: tagged, titled, in a language, every picture with its text.

    PDF/UA allows no letter without a glyph: one that no font has, say of another script, is set as \ufffd; other formats keep it.
    """
    inputs = {"data": "".join(letter if _plain(letter) or font_of(letter) else "\ufffd" for letter in data)}
    compiled = typst.compile(
        source.read_bytes(),
        font_paths=_fonts(),
        sys_inputs=inputs,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(made.timestamp()),
    )
    return _one(compiled)


def _plain(letter: str) -> bool:
    """ASCII and Latin-1, which the fonts have whole."""
    return " " <= letter < "\x7f" or "\xa0" < letter <= "\xff"


@lru_cache(maxsize=4096)
def font_of(letter: str) -> str:
    """The font that can show it; '' when none can."""
    return SANS if _plain(letter) else next((font for font in (SANS, SYMBOLS) if _has_glyph(letter, font)), "")


def _has_glyph(letter: str, font: str) -> bool:
    try:
        typst.compile(
            _LETTER, font_paths=_fonts(), sys_inputs={"letter": letter, "font": font}, format="pdf", pdf_standards="ua-1"
        )
    except typst.TypstError:
        return False
    return True


def _one(compiled: bytes | list[bytes] | None) -> bytes:
    if not isinstance(compiled, bytes):
        raise ValueError("the typesetter gave no single file; this is a mistake in Supplyscope, report it")
    return compiled
