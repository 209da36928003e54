"""Settings of pollers are checked with file and line like everything else, and every kind's example is a good one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from collector.queues import kinds
from domain.loader import check, load
from tests.support.network import NETWORK

FOLDER = Path(kinds.__file__).parent
KINDS = sorted(kinds.KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_the_same_furniture_and_a_good_example(kind: str, tmp_path: Path) -> None:
    folder = FOLDER / kind
    for name in ("__init__.py", "config.py", "poller.py", "README.md", "example.yaml"):
        assert (folder / name).read_text().strip(), f"{kind} has no {name}"
    example = yaml.safe_load((folder / "example.yaml").read_text())
    named = {i for p in example["pollers"] for i in p.get("interfaces", {}).values()}
    model = NETWORK["interfaces"][0]
    others = {i["id"] for i in NETWORK["interfaces"]}
    interfaces = [*NETWORK["interfaces"], *({**model, "id": i} for i in sorted(named - others))]
    (tmp_path / "network.yaml").write_text(yaml.safe_dump(NETWORK | {"interfaces": interfaces}))
    (tmp_path / "pollers.yaml").write_text((folder / "example.yaml").read_text())
    configuration = load(tmp_path, kinds.settings_of_kind())
    assert all(isinstance(p.settings, kinds.KINDS[p.kind].settings) for p in configuration.pollers)
    assert kind in {p.kind for p in configuration.pollers}


@pytest.mark.parametrize(
    ("poller", "message"),
    [
        ("{id: p, kind: rabitmq}", ':2: pollers[p].kind: "rabitmq" — is not a kind of poller. Did you mean "rabbitmq"?'),
        ("{id: p, kind: rabbitmq}", ':2: pollers[p].settings.url — is missing. Add "url: …"'),
        (
            "{id: p, kind: rabbitmq, settings: {url: 'http://u:verysecret@h'}}",
            ":2: pollers[p].settings.url: (not shown) — is not a web address. "
            "Write it without user, password and query, for example https://broker:15672",
        ),
        (
            "{id: p, kind: rabbitmq, settings: {url: 'http://h', password: verysecret}}",
            ":2: pollers[p].settings.password: (not shown) — is a secret written in the file. "
            "Name where it is kept: {env: NAME} or {file: path}",
        ),
        (
            "{id: p, kind: rabbitmq, settings: {url: 'http://h', password: {env: very secret}}}",
            ":2: pollers[p].settings.password.env: (not shown) — is not the name of an environment variable. "
            "Name the variable that holds the secret, never the secret",
        ),
        (
            "{id: p, kind: rabbitmq, settings: {url: 'http://h', passwort: verysecret}}",
            ':2: pollers[p].settings.passwort: (not shown) — is not a known key. Did you mean "password"?',
        ),
        (
            "{id: p, kind: rabbitmq, settings: {url: 'http://h', topology_every: 0s}}",
            ":2: pollers[p].settings.topology_every: (not shown) — is no time at all. Write a duration above zero, for example 30s",
        ),
        ("{id: p, kind: rabbitmq, settings: 5}", ":2: pollers[p].settings: (not shown) — is not a set of key: value lines. "
         "Indent key: value lines below it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line_and_no_secret(poller: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(f"pollers:\n  - {poller}\n")
    told = str(check(tmp_path, kinds.settings_of_kind()))
    assert message in told.splitlines()[0]
    assert "verysecret" not in told and "very secret" not in told


def test_every_mistake_of_a_poller_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "pollers:\n  - id: p\n    kind: rabbitmq\n    every: 0s\n    settings:\n      url: nowhere\n      vhosts: 5\n      page_size: 0\n"
    )
    assert [p.line for p in check(tmp_path, kinds.settings_of_kind()).problems] == [4, 6, 7, 8]


def test_without_the_kinds_settings_stay_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("pollers:\n  - {id: p, kind: anything, settings: {a: 1}}\n")
    assert load(tmp_path).pollers[0].settings == {"a": 1}
