"""What must not leave the house in a message: credentials, people's data, and characters that make text look like another."""

from __future__ import annotations

import re

from domain.configuration import Configuration
from store.mask_rules import mask_rules

# What credentials look like in the error texts of systems that print them. Group 1 is kept.
_CREDENTIALS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?i)(\b(?:bearer|basic|token)\s+)[A-Za-z0-9._~+/=-]{12,}",
        r"(?i)(\b(?:pass(?:word|wd|phrase)?|pwd|secret|api[-_ ]?key|access[-_ ]?key|token|authorization|sig)\b[\"']?\s*[=:]\s*[\"']?)[^\s\"'&;,]{3,}",
        r"(\b[a-z][a-z0-9+.-]*://[^\s/:@]*:)[^\s/@]+(?=@)",
        r"()\bxox[abeoprs]-[A-Za-z0-9-]{8,}",
        r"()\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"()\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        r"()\bgh[pousr]_[A-Za-z0-9]{20,}",
        r"()https://hooks\.slack\.com/services/\S+",
        r"()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
    )
)
# Control characters, and those that change the direction of what follows: the reader would see another text than was sent.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LONE = re.compile("[\ud800-\udfff]")


class Redactor:
    """Masks as at intake (evidence is masked before it is stored; names and older rows may not be), then credentials."""

    def __init__(self, configuration: Configuration) -> None:
        # Patterns are of RE2, which Python reads alike.
        self._masks = tuple(
            (re.compile(pattern), replacement)
            for rule in mask_rules(configuration).texts
            for pattern, replacement in rule.patterns
        )

    def __call__(self, text: str) -> str:
        text = _LONE.sub("�", _UNSEEN.sub(" ", text))
        for pattern in _CREDENTIALS:
            text = pattern.sub(r"\1[secret]", text)
        for pattern, replacement in self._masks:
            text = pattern.sub(replacement, text)
        return text


_made: dict[str, Redactor] = {}


def redactor(configuration: Configuration) -> Redactor:
    """The redactor of a configuration; made once for each."""
    if configuration.fingerprint not in _made:
        _made.clear()
        _made[configuration.fingerprint] = Redactor(configuration)
    return _made[configuration.fingerprint]
