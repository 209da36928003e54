"""What stewards put right: open mapping failures and other exceptions, their remedy, and what is done about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from analytics import desk, failures, masters, words
from analytics.desk import DeskItem
from dashboards import naming, source
from dashboards.charts import heatmaps
from dashboards.components import filters, layout, states, tiles
from dashboards.components.appearance import colours, draw
from dashboards.components.questions import ask, ask_before, panel
from dashboards.components.tables import picked, table
from dashboards.components.view import View
from dashboards.text import counted, markdown
from dashboards.views import exceptions_acting, exceptions_tiles

REFRESH = "10s"
_ANY = "All"
_MOST = exceptions_tiles.MOST


def page() -> None:
    heading = st.container()
    view = filters.choose()
    chosen = _choose()
    with heading:
        _title(view, chosen)
    _numbers(view, chosen)
    _desk(view, chosen)
    figure, kinds = layout.pair("matrix", 1.3, 1)
    with figure:
        _matrix(view)
    with kinds:
        _kinds(view)
    _doubles(view)


def _choose() -> dict[str, str | None]:
    """Steward, class, interface and state; the address holds them: ?steward=item-master&class=item_mapping_missing."""
    configuration = source.context().configuration
    columns = st.columns(4)
    stewards = [_ANY, *(p.id for p in configuration.people)]
    classes = [_ANY, *(c.id for c in configuration.failure_classes)]
    interfaces = [_ANY, *(i.id for i in configuration.interfaces)]
    asked = {
        "steward": columns[0].selectbox("Steward", stewards, key="steward", bind="query-params",
            format_func=lambda id: id if id == _ANY else naming.person(configuration, id)),
        "failure_class": columns[1].selectbox("Class", classes, key="class", bind="query-params",
            format_func=lambda id: id if id == _ANY else naming.failure_class(configuration, id)),
        "interface": columns[2].selectbox("Interface", interfaces, key="interface", bind="query-params",
            format_func=lambda id: id if id == _ANY else naming.interface(configuration, id)),
    }  # fmt: skip
    state = columns[3].segmented_control(
        "State", ["open", "resolved"], default="open", key="state", bind="query-params", required=True
    )
    return {name: None if value == _ANY else value for name, value in asked.items()} | {"state": state or "open"}


def _items(view: View, chosen: dict[str, str | None], state: str | None = None) -> tuple[DeskItem, ...]:
    return ask(desk.items, view, **{**chosen, "state": state or chosen["state"]}, limit=_MOST)  # type: ignore[arg-type]


@st.fragment(run_every=REFRESH)
def _title(view: View, chosen: dict[str, str | None]) -> None:
    with panel():
        st.title(
            markdown(finding(_items(view, chosen, "open"), source.context().configuration.organisation.currency)), anchor=False
        )


@st.fragment(run_every=REFRESH)
def _numbers(view: View, chosen: dict[str, str | None]) -> None:
    with panel("exceptions_numbers", 190):
        of = {"failure_class": chosen["failure_class"], "interface": chosen["interface"]}
        now = next(iter(ask(failures.recovery, view, "all", **of)), None)
        before = next(iter(ask_before(failures.recovery, view, "all", **of)), None)
        home = source.context().configuration.organisation.currency
        tiles.row(exceptions_tiles.numbers(_items(view, chosen, "open"), now, before, home, view))


@st.fragment(run_every=REFRESH)
def _desk(view: View, chosen: dict[str, str | None]) -> None:
    left, right = layout.pair("desk", 2.1, 1)
    configuration = source.context().configuration
    home = configuration.organisation.currency
    with left, panel("exceptions_desk", 420):
        rows = _items(view, chosen)
        st.subheader(markdown(desk_finding(rows, str(chosen["state"]))), anchor=False)
        ticked = picked(
            [exceptions_tiles.item(one, configuration, home) for one in rows],
            key=f"desk_{chosen['state']}",
            nothing=_nothing(chosen, view),
            alt="Work items with what failed, where, whose turn it is, until when and the remedy",
        )
        st.session_state["ticked"] = [rows[at] for at in ticked]
    with right, panel("exceptions_acting", 420):
        _acting(st.session_state.get("ticked", []), [p.id for p in configuration.people])


def _acting(items: Sequence[DeskItem], people: Sequence[str]) -> None:
    st.subheader(f"{counted(len(items), 'item')} ticked" if items else "Tick what you take on", anchor=False)
    if not items:
        states.empty(
            "Tick one row to see its message, remedy and history; tick several to assign, comment, tag, set due or resolve them in one go."
        )
        return
    if len(items) == 1:
        exceptions_acting.details(items[0])
    exceptions_acting.form(items, people)


def _matrix(view: View) -> None:
    with panel("exceptions_matrix", 320):
        configuration = source.context().configuration
        cells = ask(failures.matrix, view)
        st.subheader("Which interface fails how", anchor=False)
        if not cells:
            states.empty(f"No interface failed in the last {view.said}.")
            return
        alt = f"{cells[0].interface_id}: {cells[0].failures} times {naming.failure_class(configuration, cells[0].failure_class)}"
        draw(
            heatmaps.failure_matrix(cells, lambda id: naming.failure_class(configuration, id), colours()),
            key="exception_matrix",
            alt=alt,
        )


def _kinds(view: View) -> None:
    with panel("exceptions_kinds", 320):
        rows = ask(failures.templates, view, limit=200)
        new = sum(row.is_new for row in rows)
        said = f"{counted(new, 'new kind')} of message that no rule knows" if new else "Messages that no rule knows"
        st.subheader(said, anchor=False)
        table(
            [exceptions_tiles.kind(row, source.context().configuration) for row in rows],
            key="kinds",
            nothing=f"Every failure of the last {view.said} has a rule that names its class.",
            alt="Templates of messages that no failure rule knows, new ones first",
            story=lambda at: rows[at].correlation_id or rows[at].example,
        )


def _doubles(view: View) -> None:
    with panel("exceptions_doubles", 240):
        configuration = source.context().configuration
        rows = ask(masters.pairs, view.at_least("90d"), limit=200)
        st.subheader(
            f"{counted(len(rows), 'pair')} of suppliers and items kept twice or differently" if rows else "Suppliers and items",
            anchor=False,
        )
        table(
            [exceptions_tiles.double(row, configuration, configuration.organisation.currency) for row in rows],
            key="doubles",
            nothing="No supplier or item is kept twice. Send supplier.name, supplier.tax_id, supplier.duns or supplier.gln on milestones to have them compared.",
            alt="Pairs of suppliers or items with the reason, the money ordered under them and the steward",
            story=lambda at: rows[at].id,
        )


def _nothing(chosen: dict[str, str | None], view: View) -> str:
    filtered = any(chosen[name] for name in ("steward", "failure_class", "interface"))
    if chosen["state"] == "resolved":
        return f"Nothing was resolved in the last {view.said}."
    return "Nothing open matches these filters." if filtered else "Nothing is open: whatever failed has succeeded since."


def finding(items: Sequence[DeskItem], home: str) -> str:
    """The page's title: how many are open, the money behind them, and whose turn most of them are."""
    if not items:
        return "Nothing lies on the desk: whatever failed has succeeded since."
    amount = exceptions_tiles.total([a for item in items for a in item.amounts]).get(home)
    money = f" {words.money(amount, home)} {'is' if len(items) == 1 else 'are'} behind them." if amount else ""
    late = sum(item.overdue for item in items)
    overdue = f" {late:,} overdue." if late else ""
    (steward, most) = Counter(item.steward for item in items).most_common(1)[0]
    who = naming.person(source.context().configuration, steward)
    verb = "is" if len(items) == 1 else "are"
    return f"{'At least ' if len(items) >= _MOST else ''}{counted(len(items), 'exception')} {verb} open, {'it' if len(items) == 1 else f'{most:,}'} with {who}.{money}{overdue}"


def desk_finding(items: Sequence[DeskItem], state: str) -> str:
    """What most of the rows are."""
    if not items:
        return "Work items"
    (name, most) = Counter(item.class_name or item.failure_class for item in items).most_common(1)[0]
    return f"{counted(len(items), 'item')} {state}; {most:,} × {name}"
