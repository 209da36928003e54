"""Where the pages get what they ask: the server that hosts them hands in a context before the first visitor comes."""

from __future__ import annotations

from collections.abc import Callable

from analytics.context import Context


class SourceMissing(RuntimeError):
    """No server has handed in a context: the pages were started on their own."""


_provider: Callable[[], Context] | None = None
_password: Callable[[], str | None] | None = None
_wrong: Callable[[], None] | None = None


def set_provider(
    provider: Callable[[], Context],
    password: Callable[[], str | None] | None = None,
    wrong: Callable[[], None] | None = None,
) -> None:
    """Called once by the server at start. `password` gives the page password, None for no login; `wrong` hears of each wrong one."""
    global _provider, _password, _wrong
    _provider = provider
    _password = password
    _wrong = wrong


def clear_provider() -> None:
    """Forget the server's context (it stopped)."""
    global _provider, _password, _wrong
    _provider = None
    _password = None
    _wrong = None


def context() -> Context:
    """The context every question is asked in; raises SourceMissing without a server."""
    if _provider is None:
        raise SourceMissing(
            "The pages have no store to read. Start them with the platform: supplyscope serve (or supplyscope demo), then open its address."
        )
    return _provider()


def page_password() -> str | None:
    """The password visitors must give before they see a page; None: none is configured."""
    return _password() if _password is not None else None


def password_was_wrong() -> None:
    """A visitor gave another password than the one that is configured."""
    if _wrong is not None:
        _wrong()
