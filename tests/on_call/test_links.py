"""A link does one thing, for one person, for a day, and nothing after the smallest change."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.commands import Action
from alerts.on_call import links
from alerts.on_call.links import LinkKeyProblem, LinkRefused, Purpose, Signer

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
SIGNER = Signer((b"a" * 32,))
PURPOSE = Purpose(Action.ACKNOWLEDGE, "I-1", "anna", NOW + links.LASTS, "n1")


def test_a_link_says_what_it_does_until_it_is_over() -> None:
    token = SIGNER.token(PURPOSE)
    assert SIGNER.purpose(token, NOW) == PURPOSE
    assert SIGNER.purpose(token, NOW + links.LASTS - timedelta(seconds=1)) == PURPOSE
    with pytest.raises(LinkRefused, match="good until 2026-03-05 18:00 UTC"):
        SIGNER.purpose(token, NOW + links.LASTS)


@given(place=st.integers(0, 10_000), letter=st.sampled_from("ABCxyz019-_.="))
def test_a_changed_letter_makes_it_nothing(place: int, letter: str) -> None:
    token = SIGNER.token(PURPOSE)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    try:
        assert SIGNER.purpose(changed, NOW) == PURPOSE
    except LinkRefused:
        return
    # The last letter of base64 carries bits that mean nothing: only then a changed letter is the same link.
    assert changed == token or place in (token.index(".") - 1, len(token) - 1)


@pytest.mark.parametrize("token", ["", ".", "x", "é.é", "a" * 5_000, "bm90IGpzb24.AAAA"])
def test_what_is_no_link_is_refused_in_words(token: str) -> None:
    with pytest.raises(LinkRefused, match="Open the incident instead"):
        SIGNER.purpose(token, NOW)


def test_another_key_does_not_open_it_and_an_older_one_still_does() -> None:
    token = SIGNER.token(PURPOSE)
    with pytest.raises(LinkRefused):
        Signer((b"b" * 32,)).purpose(token, NOW)
    assert Signer((b"b" * 32, b"a" * 32)).purpose(token, NOW) == PURPOSE


def test_a_generated_key_is_kept_beside_the_data_for_its_owner_only(tmp_path: Path) -> None:
    first, again = links.keys({}, tmp_path), links.keys({}, tmp_path)
    assert first == again
    assert stat.S_IMODE((tmp_path / "link.key").stat().st_mode) == 0o600
    assert (tmp_path / "link.key").read_text().strip() not in repr(first)
    assert links.keys({}, None) != links.keys({}, None)


def test_keys_come_from_environment_or_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    from_file = links.keys({"SUPPLYSCOPE_LINK_KEY_FILE": str(file)}, tmp_path)
    assert from_file == links.keys({"SUPPLYSCOPE_LINK_KEY": "k" * 40}, tmp_path)
    assert not (tmp_path / "link.key").exists()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SUPPLYSCOPE_LINK_KEY": "short"}, "a key of 5 characters"),
        ({"SUPPLYSCOPE_LINK_KEY": "k" * 32, "SUPPLYSCOPE_LINK_KEY_FILE": "x"}, "both set"),
        ({"SUPPLYSCOPE_LINK_KEY_FILE": "/nowhere/key"}, "cannot be read"),
    ],
)
def test_an_unusable_key_is_said_and_not_shown(environment: dict[str, str], message: str) -> None:
    with pytest.raises(LinkKeyProblem, match=message) as error:
        links.keys(environment, None)
    assert "k" * 32 not in str(error.value)
