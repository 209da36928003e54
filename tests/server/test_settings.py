"""Binding beyond loopback, secrets and roles: what is refused, and with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.settings import Role, Settings, SettingsError, check, clickhouse, is_loopback, roles_of, secret
from store.engine import Location

_HERE = Settings(config=Path("c"), data=Path("d"))


def test_loopback_needs_no_secret() -> None:
    check(_HERE)


def test_elsewhere_needs_key_and_password_and_says_so_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        check(Settings(config=Path("c"), data=Path("d"), host="0.0.0.0"))
    assert "SUPPLYSCOPE_INGEST_KEY" in str(refused.value)
    assert "SUPPLYSCOPE_PAGE_PASSWORD" in str(refused.value)
    check(Settings(config=Path("c"), data=Path("d"), host="0.0.0.0", ingest_key="k", page_password="p"))


def test_split_roles_need_a_server() -> None:
    with pytest.raises(SettingsError, match="belongs to one process"):
        check(Settings(config=Path("c"), data=Path("d"), roles=frozenset({Role.COLLECTOR})))
    check(Settings(config=Path("c"), data=Path("d"), roles=frozenset({Role.COLLECTOR}), clickhouse=Location(host="db")))


def test_secrets_never_show() -> None:
    shown = repr(Settings(config=Path("c"), data=Path("d"), ingest_key="k-secret", page_password="p-secret"))
    assert "secret" not in shown
    assert "pw" not in repr(Location(host="db", password="pw"))


def test_secret_from_value_or_file_but_not_both(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from-file\n")
    assert secret({"SUPPLYSCOPE_INGEST_KEY": "v"}, "INGEST_KEY") == "v"
    assert secret({"SUPPLYSCOPE_INGEST_KEY_FILE": str(file)}, "INGEST_KEY") == "from-file"
    assert secret({}, "INGEST_KEY") is None
    with pytest.raises(SettingsError, match="both set"):
        secret({"SUPPLYSCOPE_INGEST_KEY": "v", "SUPPLYSCOPE_INGEST_KEY_FILE": str(file)}, "INGEST_KEY")
    with pytest.raises(SettingsError, match="cannot be read"):
        secret({"SUPPLYSCOPE_INGEST_KEY_FILE": str(tmp_path / "absent")}, "INGEST_KEY")


def test_unknown_role_lists_the_choices() -> None:
    assert roles_of("collector, dashboard") == {Role.COLLECTOR, Role.DASHBOARD}
    with pytest.raises(SettingsError, match="collecter is not a role; choose from collector, scheduler, dashboard"):
        roles_of("collecter")


def test_clickhouse_from_environment() -> None:
    assert clickhouse({}) is None
    place = clickhouse({"SUPPLYSCOPE_CLICKHOUSE_HOST": "db", "SUPPLYSCOPE_CLICKHOUSE_PASSWORD": "x"})
    assert place is not None
    assert (place.host, place.port, place.database, place.password) == ("db", 8123, "supplyscope", "x")
    with pytest.raises(SettingsError, match="not a port number"):
        clickhouse({"SUPPLYSCOPE_CLICKHOUSE_HOST": "db", "SUPPLYSCOPE_CLICKHOUSE_PORT": "http"})


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("db", False)]
)
def test_what_counts_as_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local
