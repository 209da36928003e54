"""Elements as values: dates and times of every X12 version, exact decimals. None, or BadSegment, where there is none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache

from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.json_bodies import EARLIEST, END

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[Ee][+-]?[0-9])?")
_LARGEST = {4: Decimal(10) ** 14, 6: Decimal(10) ** 12}
# DTM04 and the like: hours from UTC. LT is local time; what is not listed is read in the partner's zone.
_ZONES = {
    "UT": 0, "GM": 0, "ES": -5, "ED": -4, "CS": -6, "CD": -5, "MS": -7, "MD": -6, "PS": -8, "PD": -7, "AS": -9, "HS": -10,
}  # fmt: skip
# PO105 and IT105: the price is for so many units.
_PRICE_BASIS = {"HP": 100, "PN": 10, "TP": 1000, "HF": 100, "TF": 1000}


def number(segment: Segment, index: int, places: int) -> Decimal | None:
    """Element `index` as a number of `places` decimals (4 quantities, 6 prices); None when empty.

    BadSegment when it is no number, or too large to be kept exactly; decimals beyond `places` are rounded half to even.
    """
    text = segment[index]
    if not text:
        return None
    if _NUMBER.fullmatch(text) is None:
        raise BadSegment("not_a_number", f"{element(segment, index)} is not a number")
    value = Decimal(text)
    if abs(value) >= _LARGEST[places]:
        raise BadSegment(
            "number_too_large",
            f"{element(segment, index)} has too many digits; at most {len(str(_LARGEST[places])) - 1} before the point",
        )
    return round(value, places)


def required_number(segment: Segment, index: int, places: int) -> Decimal:
    value = number(segment, index, places)
    if value is None:
        raise BadSegment("missing_element", f"{element(segment, index)} is empty and must be a number")
    return value


def unit_price(segment: Segment, price: int, basis: int) -> Decimal | None:
    """Price of one unit: prices per hundred or thousand are divided. BadSegment for a negative price."""
    value = number(segment, price, 6)
    if value is None:
        return None
    if value < 0:
        raise BadSegment("negative_price", f"{element(segment, price)} is a negative price")
    return round(value / _PRICE_BASIS.get(segment[basis], 1), 6)


def required(segment: Segment, index: int) -> str:
    """Element `index`, or BadSegment when it is empty. Longer than 512 characters is no key of anything."""
    text = segment[index]
    if not text:
        raise BadSegment("missing_element", f"{element(segment, index)} is empty and must name the document")
    if len(text) > 512:
        raise BadSegment("element_too_long", f"{element(segment, index)} has {len(text)} characters; at most 512 are a key")
    return text


def element(segment: Segment, index: int) -> str:
    """BEG03: as partners' guides name it."""
    return f"{segment.tag}{index:02d}"


@lru_cache(maxsize=4096)  # the dates of a catalogue's lines are few
def moment(date: str, time: str = "", zone: tzinfo = UTC, code: str = "") -> datetime | None:
    """CCYYMMDD or YYMMDD with HHMM[SS[D[D]]] as an instant; midnight without a time. None when it is no date between 1900 and 2299.

    A two-digit year below 70 is of this century. `code` is X12's time code (DTM04); else `zone`.
    """
    digits = date if len(date) == 8 else f"{'20' if date[:2] < '70' else '19'}{date}" if len(date) == 6 else ""
    if not _is_digits(digits):
        return None
    clock = time if _is_digits(time) and len(time) >= 4 else "0000"
    clock = clock.ljust(6, "0")[:6]
    try:
        local = datetime.strptime(digits + clock, "%Y%m%d%H%M%S").replace(tzinfo=_zone(zone, code))
        found = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return moment(date, "", zone, code) if clock != "000000" else None
    return found if EARLIEST <= found < END else None


def has_time(time: str) -> bool:
    return len(time) >= 4 and _is_digits(time)


@lru_cache(maxsize=4096)
def next_day(at: datetime, zone: tzinfo) -> datetime:
    """Midnight after `at` in `zone`: what holds through a day ends there."""
    local = at.astimezone(zone) + timedelta(days=1)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _zone(zone: tzinfo, code: str) -> tzinfo:
    return timezone(timedelta(hours=_ZONES[code])) if code in _ZONES else zone
