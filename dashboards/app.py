"""Routing only: the door, the navigation, the page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboards import navigation, source
from dashboards.components import appearance, login

st.set_page_config(
    page_title="Supplyscope", page_icon=str(Path(__file__).parent / "icon.png"), layout="wide", initial_sidebar_state=236
)
appearance.style()
try:
    source.context()
except source.SourceMissing as missing:
    st.title("No server is feeding these pages")
    st.info(str(missing))
    st.stop()
if login.admitted():
    page = st.navigation(navigation.sections())
    st.set_page_config(page_title=f"{page.title} · Supplyscope")
    page.run()
