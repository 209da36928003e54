"""Asking: answers are shared between visitors for a few seconds, and the last good one outlives a failing query."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st

from analytics.context import Context
from dashboards import source
from dashboards.components import states
from dashboards.components.view import View
from domain.interval import Interval
from store.errors import StoreError
from store.priority import behind_intake, half_the_cores

Rows = TypeVar("Rows")
Given = ParamSpec("Given")
SECONDS_SHARED = 8
_KEPT = 400


class QuestionFailed(Exception):
    """The store refused and no earlier answer is kept. The message is the store's."""


@dataclass(frozen=True, slots=True)
class _Answer:
    rows: Any
    asked: datetime


_last_good: OrderedDict[tuple[Hashable, ...], _Answer] = OrderedDict()
_lock = threading.Lock()
# Five pages that refresh at once must not keep senders waiting.
_computing = threading.BoundedSemaphore(half_the_cores())


def ask(
    question: Callable[Concatenate[Context, Interval, Given], Rows], view: View, *args: Given.args, **given: Given.kwargs
) -> Rows:
    """The question's answer over the view's facility and period.

    When the query fails the last good answer is returned under a notice of its age; raises QuestionFailed when there is none.
    """
    return _asked(lambda context: question(context, view.interval(context.now), *args, **given), question, view, args, given)


def ask_before(
    question: Callable[Concatenate[Context, Interval, Given], Rows], view: View, *args: Given.args, **given: Given.kwargs
) -> Rows:
    """The same over the period of equal length before."""
    return _asked(
        lambda context: question(context, view.interval(context.now).before(), *args, **given),
        question,
        view,
        ("before", *args),
        given,
    )


def ask_now(question: Callable[Concatenate[Context, Given], Rows], view: View, *args: Given.args, **given: Given.kwargs) -> Rows:
    """A question that has no period, such as the latest depth of queues."""
    return _asked(lambda context: question(context, *args, **given), question, view, ("now", *args), given)


@contextmanager
def panel(name: str = "", height: int = 0) -> Iterator[None]:
    """Keeps a failing question inside its panel: the rest of the page stays.

    A named panel shows a skeleton `height` pixels high while it is first filled; a refresh never does, so nothing jumps.
    """
    with _skeleton(name, height):
        try:
            yield
        except QuestionFailed as failure:
            states.failed(str(failure))


def _skeleton(name: str, height: int) -> AbstractContextManager[object]:
    if not name:
        return nullcontext()
    filled = st.session_state.setdefault("filled_panels", set())
    if name in filled:
        st.empty()
        return nullcontext()
    filled.add(name)
    return st.skeleton(height)


def forget() -> None:
    """Drop every kept answer; tests call it between two worlds."""
    _last_good.clear()
    st.cache_data.clear()


def _asked(
    call: Callable[[Context], Rows], question: Callable[..., Rows], view: View, args: tuple[Any, ...], given: dict[str, Any]
) -> Rows:
    key = (f"{question.__module__}.{question.__qualname__}", view.facility, view.period, *args, *sorted(given.items()))
    try:
        answer = _shared(key, call)
    except StoreError as error:
        answer = _outlived(key, error)
        return cast(Rows, answer.rows)
    with _lock:
        _last_good[key] = answer
        _last_good.move_to_end(key)
        while len(_last_good) > _KEPT:
            _last_good.popitem(last=False)
    return cast(Rows, answer.rows)


@st.cache_data(ttl=SECONDS_SHARED, max_entries=_KEPT, show_spinner=False)
def _shared(key: tuple[Hashable, ...], _call: Callable[[Context], Any]) -> _Answer:
    context = source.context().narrowed(key[1])  # type: ignore[arg-type]
    behind_intake()
    with _computing:
        return _Answer(_call(context), context.now)


def _outlived(key: tuple[Hashable, ...], error: StoreError) -> _Answer:
    kept = _last_good.get(key)
    if kept is None:
        raise QuestionFailed(str(error)) from error
    states.outlived(kept.asked, str(error))
    return kept
