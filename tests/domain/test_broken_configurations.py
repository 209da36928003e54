"""One broken file per mistake, the file named after it, its messages pinned beside it.

Regenerate the pinned messages with SUPPLYSCOPE_GOLDEN=write, then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from domain.loader import ConfigurationError, check, load

BROKEN = Path(__file__).resolve().parents[1] / "config" / "broken"
FILES = sorted(BROKEN.glob("*.yaml"))


def _messages(file: Path) -> str:
    """Every problem, its file by name only: where the tests lie is no part of the message."""
    return str(check(file)).replace(f"{BROKEN}{os.sep}", "") + "\n"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_message_is_the_pinned_one(file: Path) -> None:
    pinned = file.with_suffix(".expected")
    if os.environ.get("SUPPLYSCOPE_GOLDEN") == "write":
        pinned.write_text(_messages(file))
    assert _messages(file) == pinned.read_text()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_is_refused_and_exits_2(file: Path) -> None:
    assert check(file).exit_code == 2
    with pytest.raises(ConfigurationError):
        load(file)


def test_every_pinned_message_has_its_file() -> None:
    assert {f.stem for f in BROKEN.glob("*.expected")} == {f.stem for f in FILES}


def test_every_problem_names_file_line_and_remedy() -> None:
    for file in FILES:
        for problem in check(file).problems:
            assert problem.file == str(file)
            assert problem.message
            assert problem.remedy
            assert problem.line or "UTF-8" in problem.message


def test_all_mistakes_of_a_folder_are_reported_at_once(tmp_path: Path) -> None:
    """The broken files in one folder: as a user who makes every mistake on one day."""
    readable = [f for f in FILES if f.stem not in ("unknown_section", "section_is_not_a_list")]
    for file in readable:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    found = {Path(problem.file).stem for problem in check(tmp_path).problems}
    # An id that one file lacks may be defined in another; everything else must be there.
    assert len(found) >= len(readable) - 10


@pytest.mark.parametrize("file", [f for f in FILES if f.stem.startswith("secret")], ids=lambda file: file.stem)
def test_a_secret_is_never_repeated(file: Path) -> None:
    assert "verysecret" not in str(check(file))


@pytest.mark.parametrize(
    "text",
    [
        "channels: [verysecret]",
        "channels: {slack: {url: verysecret}}",
        "chanels: [{kind: slack_webhook, id: slack, url: verysecret}]",
        "channels: [{kind: slack_webhook, id: slack, webhook: verysecret}]",
        "channels: [{kind: slack_webhook, id: slack, url: [verysecret]}]",
        "channels: [{kind: email, id: mail, host: h, sender: a@b, user: verysecret}]",
        "channels: [{kind: email, id: mail, host: h, sender: a@b, security: tls, password: verysecret, username: {env: verysecret!}}]",
        "channels: [{kind: email, id: mail, host: {env: HOST, value: verysecret}, sender: a@b}]",
        "channels: [{id: slack, url: verysecret}]",
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated_either(text: str, tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text(text)
    assert check(tmp_path).problems
    assert "verysecret" not in str(check(tmp_path))
