"""Where a secret is kept. Configuration names the place; the value is read when it is needed and never held here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from domain.base import Configured

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SecretMissing(Exception):
    """The secret is not where configuration says; the message names the variable or file to set, and no value."""


class Secret(Configured):
    """Where a secret is read from: exactly one of an environment variable or a file. Never the value itself."""

    env: str | None = None
    file: str | None = None

    def reveal(self, environment: Mapping[str, str]) -> str:
        """The value; SecretMissing names what to set when there is none. A file is read without the white space around it."""
        if self.env is not None:
            if value := environment.get(self.env):
                return value
            raise SecretMissing(f"the environment variable {self.env} is not set; set it, or name another under env")
        try:
            value = Path(self.file or "").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
            raise SecretMissing(f"the file {self.file} cannot be read ({reason}); name a readable file") from error
        if not value:
            raise SecretMissing(f"the file {self.file} is empty; write the secret into it")
        return value

    def __repr__(self) -> str:
        """Somebody may have written the secret where its name belongs: only what is plainly a name is shown."""
        if self.env is not None:
            return f"Secret(env={self.env if _VARIABLE.fullmatch(self.env) else '***'})"
        return "Secret(file=***)"

    __str__ = __repr__
