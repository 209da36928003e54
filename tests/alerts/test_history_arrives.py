"""While history is brought in, nothing is concluded from what is missing yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerts.conditions import Condition, Conditions
from analytics import sla
from analytics.context import Context
from store.store import Store
from tests.conftest import NOW
from tests.support.network import small_network
from tests.support.telemetry import Telemetry

_MINUTE = timedelta(minutes=1)
Ask = Callable[..., set[str]]


@pytest.fixture
def kinds(context: Context) -> Ask:
    """Kinds of what is open at a moment, asked anew; `wait` is alerting.history_wait."""

    def asked(at: datetime = NOW, known: tuple[str, ...] = (), wait: str = "30m") -> set[str]:
        alerting = small_network(alerting={"history_wait": wait}).alerting
        configuration = context.configuration.model_copy(update={"alerting": alerting})
        found: tuple[Condition, ...] = Conditions(replace(context, configuration=configuration, clock=lambda: at)).open(
            dict.fromkeys(known, NOW)
        )
        return {condition.kind for condition in found}

    return asked


@pytest.fixture
def half_refused(context: Context, telemetry: Telemetry) -> None:
    """An SLA whose budget is spent, measured and judged."""
    with telemetry.together():
        for n in range(140):
            at = NOW - timedelta(minutes=4, seconds=-n * 0.01)
            telemetry.span("post", at, error="No mapping for item 1 at H07" if n % 2 else None, interface_id="po-to-erp")
    sla.measure(context)
    sla.record_breaches(context)


def _receipts(store: Store, minutes: int, records: int = 600, *, far_off: int = 0, lag: float = 0.0, end: datetime = NOW) -> None:
    store.insert(
        "source_minutes",
        [
            {"signal": "traces", "service": "import", "interface_id": "po-to-erp", "minute": end - n * _MINUTE, "records": records,
             "far_off": far_off, "lag_sum": lag * (records - far_off), "lag_least": lag, "lag_most": lag}
            for n in range(minutes)
        ],
    )  # fmt: skip


@pytest.mark.usefixtures("half_refused")
@pytest.mark.parametrize(("far_off", "lag"), [(600, 0.0), (0, 3_700.0), (400, 5.0)])
def test_conclusions_from_what_is_missing_wait_while_old_records_arrive(
    kinds: Ask, store: Store, far_off: int, lag: float
) -> None:
    assert kinds() >= {"burn_rate", "budget", "breach", "failure"}
    _receipts(store, 2, far_off=far_off, lag=lag)
    assert kinds() == {"failure", "failure_rate"}, "a refusal is a fact whenever it arrives"
    assert kinds(NOW + 4 * _MINUTE) >= {"burn_rate", "budget", "breach"}, "the history has ended"


@pytest.mark.usefixtures("half_refused")
def test_what_is_open_already_stays_open(kinds: Ask, context: Context, store: Store) -> None:
    (known,) = (one.condition_id for one in Conditions(context).open({}) if one.kind == "budget")
    _receipts(store, 2, far_off=600)
    assert kinds(known=(known,)) == {"failure", "failure_rate", "budget"}


@pytest.mark.usefixtures("half_refused")
@pytest.mark.parametrize("case", [{"records": 300, "far_off": 300}, {"far_off": 200}, {"lag": 3_000.0}])
def test_a_late_sender_is_no_history(kinds: Ask, store: Store, case: dict[str, float]) -> None:
    _receipts(store, 2, **case)  # type: ignore[arg-type]
    assert "budget" in kinds()


@pytest.mark.usefixtures("half_refused")
def test_who_always_tells_old_things_silences_nothing_for_ever(kinds: Ask, store: Store) -> None:
    _receipts(store, 12, far_off=600)
    assert "budget" not in kinds()
    assert "budget" not in kinds(wait="12m")
    assert "budget" in kinds(wait="10m")
    assert "budget" in kinds(wait="0s")
