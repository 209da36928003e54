"""How the work of one supplier fared against the promises that judge single instances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics.context import Context
from analytics.sla import definitions
from domain.interval import Interval
from domain.slas import CycleTimeSla
from store.query import Query

BY_SUPPLIER = Query.beside(__file__, "by_supplier.sql")


@dataclass(frozen=True, slots=True)
class JudgedInstance:
    """An instance of a supplier that counted in the interval. verdict good or bad; reached None: not done yet. UTC."""

    sla_id: str
    key: str
    facility_id: str
    item_id: str
    started: datetime
    due: datetime
    reached: datetime | None
    verdict: str


def by_supplier(context: Context, interval: Interval, supplier: str) -> tuple[JudgedInstance, ...]:
    """Instances of `supplier` that cycle-time SLAs counted in `interval` outside excluded minutes, by SLA and due time."""
    current = definitions.generations(context.configuration)
    slas = [sla for sla in context.configuration.slas if isinstance(sla, CycleTimeSla)]
    if not slas:
        return ()
    return context.store.rows(
        BY_SUPPLIER,
        JudgedInstance,
        sla_ids=[sla.id for sla in slas],
        generations=[current[sla.id] for sla in slas],
        flows=[sla.flow for sla in slas],
        supplier=supplier,
        start=interval.start,
        end=interval.end,
        **context.scope.parameters(),
    )
