"""The store is away for ten minutes during an incident: people are told, once each, and the record has it afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from alerts import channels, record
from alerts.blind import Blind
from alerts.scheduler_step import Alerting
from analytics.context import Context
from domain.configuration import Configuration
from store.errors import StoreUnavailable
from tests.alerts.test_delivery import Clock, refuse
from tests.conftest import NOW
from tests.durability.conftest import RemoteStore
from tests.support.receivers import mail_server, webhook
from tests.support.telemetry import Telemetry


def test_ten_minutes_without_a_store_during_an_incident(
    remote: RemoteStore, configuration: Configuration, tmp_path: Path
) -> None:
    clock, journal = Clock(), tmp_path / "blind.jsonl"
    context = Context(remote.store(), configuration, clock=clock)
    with mail_server() as mailbox, webhook() as hook:
        environment = {"TEST_SLACK_URL": hook.url, "TEST_SMTP_HOST": "127.0.0.1", "TEST_SMTP_PORT": str(mailbox.port)}
        built = channels.build(configuration, environment)

        def scheduler() -> Alerting:
            return Alerting(context, built, "http://127.0.0.1:8080", blind=Blind(journal))

        refuse(Telemetry(remote.direct, NOW), NOW - timedelta(minutes=1))
        scheduler().step()
        before = len(hook.messages)
        remote.off()
        for _ in range(10):  # a process of its own each time: what was told is in the local journal
            clock.now += timedelta(minutes=1)
            with pytest.raises(StoreUnavailable):
                scheduler().step()
        assert len(hook.messages) == before + 1, "told once, however often it looked and was started anew"
        assert "blind" in str(hook.messages[-1])
        remote.on()
        clock.now += timedelta(seconds=10)
        back = scheduler()
        back.step()
        assert "sees again" in str(hook.messages)
        assert not journal.exists()
        told = [d for d in record.deliveries(replace(context, store=remote.direct)) if d.incident_id.startswith("blind-")]
        assert {(d.channel, d.state) for d in told if d.channel == "slack"} == {("slack", "sent")}
        (incident,) = [i for i in record.incidents(replace(context, store=remote.direct)) if i.interface == "erp-price-load"]
        assert incident.resolved is None
