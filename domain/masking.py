"""What must not be stored: masks by attribute key and by pattern, and the patterns that hold without being configured."""

from __future__ import annotations

from enum import StrEnum

from domain.base import Configured, Identifier


class MaskAction(StrEnum):
    """What is stored in place of a value: its rule's name in brackets, the start of its SHA-256, or nothing."""

    REDACT = "redact"
    HASH = "hash"
    DROP = "drop"


class BuiltIn(StrEnum):
    """Masks that hold everywhere until an entry naming them narrows them to interfaces or switches them off."""

    PATIENT_KEYS = "patient_keys"
    SSN = "ssn"
    MRN = "mrn"
    DOB = "dob"
    PHONE = "phone"
    EMAIL = "email"
    HL7_PATIENT = "hl7_patient"


class Mask(Configured):
    """One mask: exactly one of `key` (attribute name, * and ? as in file names, case ignored), `pattern` (RE2) and `built_in`.

    `interfaces` empty: everywhere. `action` is for keys; a pattern is replaced by the mask's id in brackets.
    """

    id: Identifier
    key: str | None = None
    pattern: str | None = None
    built_in: BuiltIn | None = None
    action: MaskAction = MaskAction.REDACT
    interfaces: tuple[Identifier, ...] = ()
    enabled: bool = True


def _any_case(text: str) -> str:
    """`text` in either case without (?i), which folds more letters in one regular expression engine than in the other."""
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else c for c in text)


def _label(*names: str) -> str:
    """A word that announces a number, with what stands between the two; kept when the number is replaced."""
    return rf"(\b(?:{'|'.join(_any_case(n) for n in names)})[^0-9A-Za-z]{{1,5}})"


# Names of attributes that carry a person whatever their value looks like.
PATIENT_KEYS = (
    "patient.*", "*.patient.*", "patient_*", "ssn", "*.ssn", "*_ssn", "mrn", "*.mrn", "*_mrn", "dob", "*.dob", "*_dob",
    "*date_of_birth", "*birthdate", "*birth_date",
)  # fmt: skip
# (pattern, replacement): both engines read these alike. A bare run of digits is a business number far more often than a
# person's, so nine and ten digits count only after a word that announces them.
PATTERNS: dict[BuiltIn, tuple[tuple[str, str], ...]] = {
    BuiltIn.SSN: (
        (r"\b[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}\b", "[ssn]"),
        (_label("ssn", "social security", "social security number", "social security no") + r"[0-9]{9}\b", r"\1[ssn]"),
    ),
    BuiltIn.MRN: (
        (
            _label("mrn", "medical record", "medical record number", "medical record no", "patient id", "patient_id", "patientid")
            + r"[A-Za-z]{0,3}[0-9]{5,12}\b",
            r"\1[mrn]",
        ),
    ),
    BuiltIn.DOB: (
        (
            _label("dob", "d.o.b", "date of birth", "date_of_birth", "birth date", "birthdate", "born", "born on")
            + r"(?:[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[0-9]{8}\b|[A-Z][a-z]{2,8} [0-9]{1,2},? [0-9]{4})",
            r"\1[dob]",
        ),
    ),
    BuiltIn.PHONE: (
        (r"(?:\+?1[-. ]?)?\([0-9]{3}\) ?[0-9]{3}[-. ]?[0-9]{4}\b", "[phone]"),
        (r"(?:\+1[-. ]?|\b1[-. ]|\b)[0-9]{3}[-. ][0-9]{3}[-. ][0-9]{4}\b", "[phone]"),
        (r"\+1[0-9]{10}\b", "[phone]"),
        (_label("phone", "telephone", "tel", "mobile", "cell", "fax") + r"[0-9]{10}\b", r"\1[phone]"),
    ),
    BuiltIn.EMAIL: ((r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "[email]"),),
    BuiltIn.HL7_PATIENT: ((r"\b((?:PID|NK1|GT1|IN1)[|])[^\r\n]*", r"\1[hl7_patient]"),),
}
