"""824 application advice: what the partner's application, beyond the syntax, made of a document."""

from __future__ import annotations

from collector.edi.acknowledgements import acknowledged
from collector.edi.document import Document
from collector.edi.problems import BadSegment
from collector.edi.segments import Segment
from collector.edi.sets.base import SetReader

_VERDICTS = {"A": "accepted", "C": "accepted", "E": "accepted_with_errors", "P": "partly_accepted", "R": "rejected"}
_MOST_ERRORS = 20
_LONGEST_TEXT = 1000


class ApplicationAdvice(SetReader):
    """One verdict per OTI, with the errors (TED) below it. Copies of bad data (TED07) are not kept."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.handlers |= {"BGN": self.beginning, "OTI": self.original, "TED": self.error}
        self._begun = False
        self._open: Segment | None = None
        self._errors: list[str] = []
        self._keys: dict[str, str] = {}
        self._count = 0

    def beginning(self, segment: Segment) -> None:
        self._begun = True
        self.document.time = self.document.instant(segment, 3, 4)

    def original(self, segment: Segment) -> None:
        self._flush()
        if segment[1][-1:] not in _VERDICTS:
            raise BadSegment("unknown_code", "OTI01 is no application acknowledgement code")
        self.header = False
        self._open = segment
        self._keys = dict(self.references)
        self._key(segment[2], segment[3])

    def error(self, segment: Segment) -> None:
        """TED: 01 code, 02 text, 03 segment."""
        text = " ".join(
            part for part in (segment[1], segment[2][:_LONGEST_TEXT], f"in {segment[3]}" if segment[3] else "") if part
        )
        if len(self._errors) < _MOST_ERRORS and text:
            self._errors.append(text)

    def reference(self, segment: Segment) -> None:
        if self._open is None:
            super().reference(segment)
        else:
            self._key(segment[1], segment[2])

    def finish(self) -> None:
        if not self._begun:
            raise BadSegment("missing_segment", "there is no BGN, so this is no application advice")
        self._flush()

    def _key(self, qualifier: str, value: str) -> None:
        key_type = self.document.around.references.get(qualifier)
        if key_type and value:
            self._keys[key_type] = value[:512]
            self.document.key(key_type, value[:512])

    def _flush(self) -> None:
        segment, self._open = self._open, None
        errors, self._errors = self._errors, []
        if segment is None:
            return
        self._count += 1
        document, keys = self.document, self._keys
        said = _VERDICTS[segment[1][-1:]]
        document.code = document.code if document.code == "rejected" else said
        subject = (
            ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in keys.items()) or f"set {segment[10]} {segment[9]}"
        )
        message = f"824 {said.replace('_', ' ')} {subject} ({segment[1]})" + (f": {'; '.join(errors)}" if errors else "")
        acknowledged(
            document, "set" if segment[9] else "group", verdict=said, code=f"824:{segment[1]}", message=message,
            suffix=f":{self._count}", group=segment[8], original_set=segment[10][:8], set_control=segment[9], keys=keys,
        )  # fmt: skip
