"""Masks as the rules both the views (store.masking) and rows outside them (collector.masking) follow."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.configuration import Configuration
from domain.masking import PATIENT_KEYS, PATTERNS, BuiltIn, Mask, MaskAction
from store.attributes import KEY_COLUMNS, attributes_of

# EDI numbers that identify documents, never people (collector/edi), and the identifiers of messages.
_NUMBERS = (
    "edi.interchange_control_number", "edi.group_control_number", "edi.transaction_set_control_number", "edi.control_number",
    "messaging.message.id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Values of attributes whose whole name matches `expression`. `inside` finds such a name and its colon inside JSON."""

    id: str
    expression: str
    inside: str
    action: MaskAction
    interfaces: tuple[str, ...]

    @property
    def token(self) -> str:
        return f"[{self.id}]"

    @property
    def scalar(self) -> str:
        """Group 1 is kept, the scalar after it replaced."""
        return self.inside + r'("(?:[^"\\]|\\(?s:.))*"|[-+0-9.eE]+|true|false)'

    @property
    def container(self) -> str:
        return self.inside + r"[\[{]"


@dataclass(frozen=True, slots=True)
class TextRule:
    """Each (pattern, replacement) in turn, anywhere in a text."""

    id: str
    patterns: tuple[tuple[str, str], ...]
    interfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaskRules:
    """`protected`: attributes that are never masked, business keys and document numbers."""

    keys: tuple[KeyRule, ...]
    texts: tuple[TextRule, ...]
    protected: tuple[str, ...]


def mask_rules(configuration: Configuration) -> MaskRules:
    """Configured masks first, in their order, then the built-in ones no entry names."""
    named = {mask.built_in for mask in configuration.masks}
    masks = [m for m in configuration.masks if m.enabled]
    masks += [Mask(id=each.value, built_in=each) for each in BuiltIn if each not in named]
    keys = [rule for mask in masks for rule in _key_rules(mask)]
    texts = [rule for mask in masks for rule in _text_rules(mask)]
    return MaskRules(tuple(keys), tuple(texts), _protected(configuration))


def _key_rules(mask: Mask) -> list[KeyRule]:
    globs = PATIENT_KEYS if mask.built_in is BuiltIn.PATIENT_KEYS else (mask.key,) if mask.key is not None else ()
    if not globs:
        return []
    whole = "|".join(_from_glob(glob, "(?s:.)") for glob in globs)
    quoted = "|".join(_from_glob(glob, '[^"]') for glob in globs)
    return [KeyRule(mask.id, f"^(?:{whole})$", rf'("(?:{quoted})"[ \t\r\n]*:[ \t\r\n]*)', mask.action, mask.interfaces)]


def _text_rules(mask: Mask) -> list[TextRule]:
    if mask.pattern is not None:
        return [TextRule(mask.id, ((mask.pattern, f"[{mask.id}]"),), mask.interfaces)]
    patterns = PATTERNS.get(mask.built_in) if mask.built_in is not None else None
    return [TextRule(mask.id, patterns, mask.interfaces)] if patterns else []


def _from_glob(glob: str, any_character: str) -> str:
    """* and ? as in file names, letters of ASCII in either case."""
    wild = {"*": f"{any_character}*", "?": any_character}
    return "".join(wild.get(c) or (f"[{c.upper()}{c.lower()}]" if c.isascii() and c.isalpha() else re.escape(c)) for c in glob)


def _protected(configuration: Configuration) -> tuple[str, ...]:
    names = [name for column in KEY_COLUMNS for name in attributes_of(column, configuration)]
    names += [n for t in configuration.key_types for n in (t.attribute, *t.aliases, t.authority_attribute or "")]
    return tuple(dict.fromkeys(n for n in (*names, *_NUMBERS, "service.name") if n))
