"""The door: one page password, asked once per session."""

from __future__ import annotations

import hmac

import streamlit as st

from dashboards import source


def admitted() -> bool:
    """True when the visitor may see pages; otherwise the login form is drawn."""
    password = source.page_password()
    if password is None or st.session_state.get("admitted") is True:
        return True
    _form(password)
    return st.session_state.get("admitted") is True


def matches(given: str, password: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(given.encode(), password.encode())


def _form(password: str) -> None:
    _, middle, _ = st.columns([1, 1.2, 1])
    with middle, st.form("login"):
        st.title("Supplyscope")
        given = st.text_input("Password", type="password", autocomplete="current-password")
        if st.form_submit_button("Open", type="primary", width="stretch"):
            if matches(given, password):
                st.session_state["admitted"] = True
                st.rerun()
            source.password_was_wrong()
            st.error("That is not the page password. It is the one given to the server as SUPPLYSCOPE_PAGE_PASSWORD.")
