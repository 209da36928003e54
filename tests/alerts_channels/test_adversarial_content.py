"""Ten thousand items, four-byte characters and markup: every medium's limits hold, by shortening and with a link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.channels.channel import Outcome
from alerts.channels.slack.message import blocks, plain
from alerts.channels.text import fitted, utf16
from alerts.decisions import Decision, Kind
from alerts.incidents import opened_by
from alerts.notification import compose
from tests.alerts.test_decisions import condition
from tests.alerts_channels.notices import NOTICE, NOW, built
from tests.support.media import Media, media
from tests.support.network import small_network
from tests.support.slack_rules import slack_problems

HTTP = ("slack_webhook", "slack", "webhook", "pagerduty", "alertmanager", "servicenow", "teams")
EVIL = (
    "<!channel> <@U1> <https://evil.example|click> & *bold* [x](http://evil) [code]<b>x</b>[/code] \r\nBcc: a@b.c \u202e‮🧨" * 40,
    "🧨" * 9000,
    "&" * 9000,
    "\x00\x07\u2028",
    "",
)


@pytest.fixture(scope="module")
def world() -> Iterator[Media]:
    with media() as found:
        yield found


@pytest.mark.parametrize("kind", HTTP)
@pytest.mark.parametrize("text", EVIL)
def test_no_content_is_refused(world: Media, kind: str, text: str) -> None:
    world.problems.clear()
    facts = tuple((f"{text[:200] or 'L'}{n}", text) for n in range(40))
    said = replace(
        NOTICE, headline=text or "x", title=text or "x", facts=facts, links=(*NOTICE.links, ("Runbook", "http://r/" + "x" * 4000))
    )
    assert built(kind, world.url, per_minute=1000).send(said).outcome is Outcome.SENT
    assert world.problems == []
    assert "http://s/incidents?incident=I-1" in str(world.of(kind)[-1].body), "what was cut away is behind the link"


@given(st.text(max_size=4000), st.lists(st.tuples(st.text(min_size=1, max_size=100), st.text(max_size=3000)), max_size=30))
@settings(deadline=None, max_examples=40)
def test_slack_takes_any_text(headline: str, facts: list[tuple[str, str]]) -> None:
    said = replace(NOTICE, headline=headline, facts=tuple(facts))
    assert slack_problems({"text": plain(said), "blocks": blocks(said, interactive=True)}) == []


@given(st.text(max_size=300), st.integers(0, 200))
def test_fitting_keeps_a_start_within_the_limit(text: str, most: int) -> None:
    kept = fitted(text, most)
    assert utf16(kept) <= most
    assert kept == text or text.startswith(kept.removesuffix("…"))
    assert kept == text or utf16(text) > most


def test_ten_thousand_items_are_counted_and_the_first_are_named() -> None:
    incident = replace(opened_by(condition("failure|a"), "I-1", "first", False), items=tuple(f"40-{n:05}" for n in range(10_000)))
    said = compose(Decision(Kind.OPENED, incident, "first"), "slack", (), NOW, small_network(), "http://s")
    assert dict(said.facts)["Item"].endswith("40-00007 and 9,992 more (10,000 in all)")
    assert slack_problems({"text": plain(said), "blocks": blocks(said, interactive=True)}) == []


def test_no_patient_and_no_secret_leaves_the_house() -> None:
    title = (
        "Login failed: password=hunter22 Authorization: Bearer abcdefghijklmnop https://bob:s3cr3t@erp.example/x "
        "xoxb-123456789-abc SSN 123-45-6789, MRN: 00123456, DOB 1980-01-02"
    )
    incident = replace(opened_by(condition("failure|a"), "I-1", "first", False), title=title)
    said = compose(Decision(Kind.OPENED, incident, "first"), "slack", (), NOW, small_network(), "http://s")
    for secret in ("hunter22", "abcdefghijklmnop", "s3cr3t", "xoxb-1234", "123-45-6789", "00123456", "1980-01-02"):
        assert secret not in str(said), secret
    assert "https://bob:[secret]@erp.example/x" in said.headline
