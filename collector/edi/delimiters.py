"""The delimiters of an interchange, found from its ISA segment whatever they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

# ISA begins no word: VISA is none. The element separator is anything that cannot be data.
ISA = re.compile(rb"(?<![A-Za-z0-9])ISA(?=[^A-Za-z0-9 \r\n])")
# An ISA has 106 bytes; line breaks, padding in other encodings and missing padding are tolerated.
LONGEST_ISA = 512
_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_LINE_ENDS = (b"\r", b"\n")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """`component` and `repetition` are None where the interchange has none (no ISA16; before 00402).

    `standard` is False when ISA is not 106 bytes wide or lacks ISA16. `trims_components`: the segments end in the component
    separator and a line end, so that trailing separators mean nothing.
    """

    element: bytes
    component: bytes | None
    repetition: bytes | None
    segment: bytes
    standard: bool
    trims_components: bool = False


def read_delimiters(data: bytes) -> Delimiters | str:
    """Delimiters of the ISA at the start of `data`, or what is wrong with it. `data` should reach LONGEST_ISA beyond it."""
    element = _character(data, 3)
    parts = data[:LONGEST_ISA].split(element, 16)
    if len(parts) < 17:
        return f"ISA has {len(parts) - 1} elements within {LONGEST_ISA} bytes and needs 16"
    found = _after_fifteen(parts[16], element)
    if isinstance(found, str):
        return found
    component, segment, trims = found
    if segment == element or component == element:
        return "ISA uses its element separator for another delimiter, too"
    widths = tuple(len(_plain(part)) for part in parts[1:16])
    standard = component is not None and widths == _WIDTHS[:15]
    return Delimiters(element, component, _repetition(parts), segment, standard, trims)


def _after_fifteen(rest: bytes, element: bytes) -> tuple[bytes | None, bytes, bool] | str:
    """(component separator, segment terminator, trailing components mean nothing) from what follows the sixteenth separator."""
    first = _character(rest, 0)
    second = _character(rest, len(first))
    if not first or first.isalnum() or first == b" ":
        return "ISA16, the component separator, is missing, and so is a segment terminator"
    if first in _LINE_ENDS:
        return None, _line_end(rest), False
    if not second:
        return "the file ends within ISA: no segment terminator follows ISA16"
    if second in _LINE_ENDS:
        return _component_or_terminator(first, rest, element)
    if second.isalnum():
        starts = rest[len(first) :].startswith((b"GS" + element, b"TA1" + element, b"IEA" + element))
        return (None, first, False) if starts else "no segment terminator follows ISA16"
    if second in (b" ", b"\t"):
        return "no segment terminator follows ISA16: there is a blank"
    return first, second, False


def _component_or_terminator(first: bytes, rest: bytes, element: bytes) -> tuple[bytes | None, bytes, bool]:
    """`first` and a line end: the component separator before a line-end terminator, or a terminator where ISA16 is missing."""
    following = rest[len(first) :].lstrip(b"\r\n")
    line = re.split(rb"[\r\n]", following, maxsplit=1)[0]
    inside = re.search(re.escape(first) + rb"\s*[A-Z][A-Z0-9]{1,2}" + re.escape(element), line)
    if inside:
        return None, first, False
    return first, _line_end(rest[len(first) :]), True


def _line_end(data: bytes) -> bytes:
    return b"\n" if data.startswith((b"\n", b"\r\n")) else b"\r"


def _repetition(parts: list[bytes]) -> bytes | None:
    """ISA11 from version 00402 on; before, it named the standard (U)."""
    version, sign = parts[12].strip(), _plain(parts[11]).strip()
    is_sign = len(sign) == 1 and not sign.isalnum()
    return sign if is_sign and version.isdigit() and int(version) >= 402 else None


def _plain(part: bytes) -> bytes:
    return part.replace(b"\r", b"").replace(b"\n", b"")


def _character(data: bytes, at: int) -> bytes:
    """One character: a byte, or the bytes of a UTF-8 sequence."""
    if at >= len(data) or data[at] < 0xC2:
        return data[at : at + 1]
    length = 2 if data[at] < 0xE0 else 3 if data[at] < 0xF0 else 4
    candidate = data[at : at + length]
    try:
        candidate.decode()
    except UnicodeDecodeError:
        return data[at : at + 1]
    return candidate
