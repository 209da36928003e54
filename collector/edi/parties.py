"""From what partners call things to what we call them: partners, facilities, items, interfaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from collector.edi.headers import Group, Interchange
from collector.edi.segments import Segment
from domain.configuration import Configuration
from domain.edi import EdiPartner, EdiSet

ANY = "*"
_OURS = frozenset({"IN", "BP", "CB"})  # the buyer's own item numbers


class Parties:
    """Look-ups of one configuration, built once per file. `today` decides which crosswalks hold."""

    def __init__(self, configuration: Configuration, today: date) -> None:
        self._edi = configuration.edi
        self._partners = _partners(configuration.edi.partners)
        self._facilities = {name: f.id for f in configuration.facilities for name in (f.id, *f.aliases)}
        self._ranks = {qualifier: n for n, qualifier in enumerate(configuration.edi.item_qualifiers)}
        self._items: dict[tuple[str, str], str] = {}
        for walk in configuration.crosswalks:
            if walk.key_type == "item" and (walk.valid_from or today) <= today <= (walk.valid_to or today):
                # A UPC is a GTIN without its leading zeros.
                gtin = walk.other_authority == "gtin" and walk.other_value.isdigit()
                self._items[walk.other_authority, walk.other_value.zfill(14) if gtin else walk.other_value] = walk.value
        self._zone = ZoneInfo(configuration.edi.time_zone or configuration.organisation.time_zone)
        self._currency = configuration.edi.currency or configuration.organisation.currency

    def direction(self, interchange: Interchange) -> str:
        """in or out, as our own ids or else the partners' tell; '' when neither does."""
        us = {name if ":" in name else f"{ANY}:{name}" for name in self._edi.us}
        if {interchange.sender, _unqualified(interchange.sender)} & us:
            return "out"
        if {interchange.receiver, _unqualified(interchange.receiver)} & us:
            return "in"
        sends, receives = self._find(interchange.sender, ""), self._find(interchange.receiver, "")
        return "in" if sends and not receives else "out" if receives and not sends else ""

    def partner(self, interchange: Interchange, group: Group | None, direction: str) -> EdiPartner | None:
        """The other side: the sender of what comes in, the receiver of what goes out; None when it is not configured."""
        sender = (interchange.sender, group.sender if group else "")
        receiver = (interchange.receiver, group.receiver if group else "")
        sides = [receiver, sender] if direction == "out" else [sender, receiver]
        return next((found for side in sides if (found := self._find(*side)) is not None), None)

    def _find(self, isa: str, gs: str) -> EdiPartner | None:
        for id in (isa, _unqualified(isa)):
            for code in (gs, ""):
                if (id, code) in self._partners:
                    return self._partners[id, code]
        return None

    def zone(self, partner: EdiPartner | None) -> ZoneInfo:
        return ZoneInfo(partner.time_zone) if partner and partner.time_zone else self._zone

    def currency(self, partner: EdiPartner | None) -> str:
        return partner.currency if partner and partner.currency else self._currency

    def document(self, set_id: str, direction: str) -> EdiSet | None:
        """What is configured for this set: the entry of its direction before the one of both."""
        entries = [
            entry for entry in self._edi.sets if entry.set == set_id and entry.direction in (None, direction or entry.direction)
        ]
        return max(entries, key=lambda entry: entry.direction is not None, default=None)

    def interface(self, set_id: str, direction: str, partner: EdiPartner | None) -> str:
        if partner and set_id in partner.interfaces:
            return partner.interfaces[set_id]
        entry = self.document(set_id, direction)
        return entry.interface or "" if entry else ""

    def facility(self, *names: str) -> str:
        """The first of `names` (ship-to numbers, GLNs) that is one of our facilities, ''."""
        return next((self._facilities[name] for name in names if name in self._facilities), "")

    def item(self, ids: Sequence[tuple[str, str]], supplier: str) -> str:
        """Our item of (qualifier, id) pairs: our own number, else what a crosswalk leads to, else the most trusted as it stands."""
        for qualifier, id in ids:
            if qualifier in _OURS:
                return id
        ranked = sorted(ids, key=self._rank) if len(ids) > 1 else ids
        if self._items:
            for _, id in ranked:
                found = self._items.get((supplier, id)) or self._items.get(("gtin", id.zfill(14) if id.isdigit() else id))
                if found:
                    return found
        return ranked[0][1] if ranked else ""

    def _rank(self, pair: tuple[str, str]) -> int:
        return self._ranks.get(pair[0], len(self._ranks))


def product_ids(segment: Segment, first: int) -> list[tuple[str, str]]:
    """(qualifier, id) pairs from element `first` on, as in LIN02/03, PO106/07, IT106/07."""
    words = [word.strip() for word in segment.elements[first : first + 20]]
    return [(qualifier, id[:512]) for qualifier, id in zip(words[::2], words[1::2], strict=False) if qualifier and id]


def _partners(partners: Sequence[EdiPartner]) -> dict[tuple[str, str], EdiPartner]:
    found: dict[tuple[str, str], EdiPartner] = {}
    for partner in partners:
        for isa in partner.isa:
            name = isa if ":" in isa else f"{ANY}:{isa}"
            for code in partner.gs or ("",):
                found[name, code] = partner
    return found


def _unqualified(trading_id: str) -> str:
    return f"{ANY}:{trading_id.partition(':')[2]}"
