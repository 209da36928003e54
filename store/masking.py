"""PHI masking rendered into the views: values are masked before they are stored, in the same INSERT.

A view writes ${masking} first in its WITH and then calls `masked_value(key, text)` on attribute values and
`masked_text(text)` on free text (status and log messages, event text). `interface_id` must be a name in that view.
"""

from __future__ import annotations

from domain.configuration import Configuration


def slots(configuration: Configuration) -> dict[str, str]:
    """`masking`: the WITH expressions masked_value and masked_text, each ending in a comma."""
    return {"masking": "    (name, text) -> text AS masked_value,\n    (text) -> text AS masked_text,"}
