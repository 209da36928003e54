"""The dead man's switch against a real receiver: called while alerting works, silent when it does not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from alerts import heartbeat
from domain.alerting import Alerting
from domain.channels import Outbound
from tests.conftest import NOW
from tests.support.receivers import webhook


class Hands:
    """The clock, and when alerting last looked."""

    def __init__(self) -> None:
        self.now, self.looked = NOW, NOW

    def clock(self) -> datetime:
        return self.now


def test_it_calls_while_alerting_looks_and_is_silent_when_it_stops(capsys: pytest.CaptureFixture[str]) -> None:
    hands = Hands()
    configured = Alerting.model_validate({"heartbeat": {"url": {"env": "PING"}}}).heartbeat
    with webhook() as receiver:
        heart = heartbeat.build(configured, Outbound(), {"PING": receiver.url}, hands.clock, lambda: hands.looked)
        assert heart is not None
        assert (heart.beat(), heart.beat()) == (True, False), "once a minute"
        hands.now = hands.looked = NOW + timedelta(minutes=1)
        assert heart.beat()
        hands.now += timedelta(minutes=4)
        assert not heart.beat(), "alerting has not looked for four minutes"
        hands.looked, receiver.status = hands.now, 500
        assert not heart.beat()
        receiver.status = 200
        assert heart.beat(), "what was not taken is tried again at once"
        calls = len(receiver.messages)
    assert calls == 3
    hands.now = hands.looked = NOW + timedelta(hours=1)
    assert not heart.beat(), "nobody listens any more"
    told = capsys.readouterr()
    assert receiver.url not in told.out + told.err + repr(heart)


def test_without_an_address_there_is_none() -> None:
    hands = Hands()
    configured = Alerting.model_validate({"heartbeat": {"url": {"env": "PING"}}}).heartbeat
    assert heartbeat.build(None, Outbound(), {}, hands.clock, lambda: NOW) is None
    assert heartbeat.build(configured, Outbound(), {}, hands.clock, lambda: NOW) is None
