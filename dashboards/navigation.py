"""The pages and their addresses. A page's module is imported when the page is first opened."""

from __future__ import annotations

from typing import Any

import streamlit as st


def sections() -> dict[str, list[Any]]:
    """The navigation: who reads, and who works."""
    return {
        "Audiences": [
            st.Page(_leadership, title="Leadership", icon=":material/monitoring:", default=True),
            st.Page(_procurement, title="Procurement", icon=":material/handshake:", url_path="procurement"),
            st.Page(_finance, title="Finance", icon=":material/payments:", url_path="finance"),
            st.Page(_it_operations, title="IT operations", icon=":material/dns:", url_path="it"),
        ],
        "Work": [
            investigate(),
            st.Page(_incidents, title="Incidents", icon=":material/notifications_active:", url_path="incidents"),
            st.Page(_on_call, title="On call", icon=":material/support_agent:", url_path="on-call"),
            st.Page(_reports, title="Reports", icon=":material/summarize:", url_path="reports"),
            st.Page(_exceptions, title="Exceptions", icon=":material/assignment_late:", url_path="exceptions"),
        ],
    }


def investigate() -> Any:
    """The page a story opens on."""
    return st.Page(_investigate, title="Investigate", icon=":material/search:", url_path="investigate")


def _leadership() -> None:
    from dashboards.views import leadership

    leadership.page()


def _procurement() -> None:
    from dashboards.views import procurement

    procurement.page()


def _finance() -> None:
    from dashboards.views import finance

    finance.page()


def _it_operations() -> None:
    from dashboards.views import it_operations

    it_operations.page()


def _investigate() -> None:
    from dashboards.views import investigate as view

    view.page()


def _exceptions() -> None:
    from dashboards.views import exceptions

    exceptions.page()


def _incidents() -> None:
    from dashboards.views import incidents

    incidents.page()


def _on_call() -> None:
    from dashboards.views import on_call

    on_call.page()


def _reports() -> None:
    from dashboards.views import reports

    reports.page()
