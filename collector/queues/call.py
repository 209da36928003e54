"""A poll that may hang, given up in time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from collector.queues.poller import Poller, PollFailed, QueueReading


@dataclass(frozen=True, slots=True)
class _Outcome:
    """`poller` is the one to go on with, None when it was closed."""

    poller: Poller | None
    readings: Sequence[QueueReading]
    error: Exception | None = None


class BoundedPoller:
    """Calls one poller in a thread and waits no longer than `timeout` seconds. Used from one thread, `abandon` from any.

    A call that does not return is left behind and closed once it does. No further one is made before, so that a broker
    which swallows connections costs one thread, not one per poll.
    """

    def __init__(self, name: str, build: Callable[[], Poller], timeout: float) -> None:
        self._name = name
        self._build = build
        self._timeout = timeout
        self._poller: Poller | None = None
        self._left: threading.Thread | None = None
        self._pending: Future[_Outcome] | None = None

    def sample(self) -> Sequence[QueueReading]:
        """Raises PollFailed when nothing came in time, and whatever the poller raised."""
        if self._left is not None and self._left.is_alive():
            raise PollFailed("the previous poll has still not returned; see whether the broker or the network swallows it")
        answer: Future[_Outcome] = Future()
        self._pending = answer
        thread = threading.Thread(target=self._answer, args=(self._poller, answer), name=self._name, daemon=True)
        thread.start()
        try:
            outcome = answer.result(self._timeout)
        except (TimeoutError, CancelledError) as error:
            if answer.cancel():
                self._left, self._poller = thread, None
                raise PollFailed(f"no answer within {self._timeout:g} s; see why, or raise timeout") from error
            outcome = answer.result()
        self._poller = outcome.poller
        if outcome.error is not None:
            raise outcome.error
        return outcome.readings

    def abandon(self) -> None:
        """End the wait of a `sample` that is under way: it raises PollFailed at once."""
        if self._pending is not None:
            self._pending.cancel()

    def close(self) -> None:
        """Safe twice. Neither a poll that hangs nor a connection that will not close is waited for beyond the timeout."""
        poller, self._poller = self._poller, None
        if poller is not None:
            closing = threading.Thread(target=_close, args=(poller,), name=f"{self._name}-close", daemon=True)
            closing.start()
            closing.join(self._timeout)

    def _answer(self, poller: Poller | None, answer: Future[_Outcome]) -> None:
        outcome = self._attempt(poller)
        if answer.set_running_or_notify_cancel():
            answer.set_result(outcome)
        else:
            _close(outcome.poller)

    def _attempt(self, poller: Poller | None) -> _Outcome:
        try:
            poller = poller or self._build()
            return _Outcome(poller, tuple(poller.sample()))
        except PollFailed as error:  # understood: the connection and the counters' history stay
            return _Outcome(poller, (), error)
        except Exception as error:  # anything else may have broken the connection
            _close(poller)
            return _Outcome(None, (), error)


def _close(poller: Poller | None) -> None:
    try:
        if poller is not None:
            poller.close()
    except Exception:  # the connection is broken already: that is why it is closed
        return
