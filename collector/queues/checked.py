"""Settings that must have a form, refused in words that say which."""

from __future__ import annotations

import re

from pydantic import AfterValidator


def matching(pattern: str, problem: str) -> AfterValidator:
    """Text the whole of which fits `pattern`. `problem` is "what is wrong; what to do", as the loader prints it."""
    form = re.compile(pattern)

    def checked(value: str) -> str:
        if not form.fullmatch(value):
            raise ValueError(problem)
        return value

    return AfterValidator(checked)
