"""Managed batches: nightly and daily jobs, some late, some partial, some missing."""

from __future__ import annotations

import random
from datetime import date
from typing import Any, NamedTuple

from simulator.network import FACILITIES, Item, network
from simulator.rhythm import HOUR, dice, is_business_day, local_time, open_later
from simulator.signals import BatchReport, Fault, Signal, Span, rfc3339, trace


class Job(NamedTuple):
    """starts: local hour in Central time. business: runs on business days only. records: usual number per run."""

    name: str
    interface: str
    starts: float
    minutes: float
    records: int
    business: bool
    prices: bool


JOBS = (
    Job("reference-data", "reference-data", 2.5, 20, 5200, False, False),
    Job("gpo-contract-feed", "gpo-contract-feed", 3.2, 35, 9800, True, True),
    Job("edi-832-price", "edi-832-price", 3.6, 40, 4200, True, True),
    Job("distributor-price-sync", "distributor-price-sync", 4.0, 45, 14400, True, True),
    Job("catalog-refresh", "catalog-refresh", 4.67, 38, 14400, False, True),
    Job("spend-history", "spend-history", 5.2, 55, 3600, True, False),
    Job("gpo-roster", "gpo-roster", 6.0, 6, 12, True, False),
    Job("ap-payment-run", "ap-payment", 15.0, 70, 940, True, False),
    Job("edi-820-remittance", "edi-820-out", 17.2, 15, 410, True, False),
    Job("edi-867-sales", "edi-867-out", 19.0, 30, 2900, True, False),
)


def said_of(seed: int, day: date) -> list[Signal]:
    """Reports of the runs of `day`, a start and a finish each, and later corrections of refused lines.

    A late file's run starts hours late, a missing one never.
    """
    said: list[Signal] = []
    for job in JOBS:
        if is_business_day(day) or not job.business:
            said += _run(seed, dice(seed, "batch", job.name, day), job, day)
    return said


def _run(seed: int, chance: random.Random, job: Job, day: date) -> list[Signal]:
    luck = chance.random()
    if luck < 0.012:
        return []
    late = chance.uniform(0.8, 5) * HOUR if luck < 0.075 else 0.0
    started = local_time(day, job.starts) + late + chance.uniform(0, 240)
    finished = started + job.minutes * 60 * chance.lognormvariate(0, 0.18)
    body = _finished(chance, job, day, started, finished)
    faults: tuple[Fault, ...] = ()
    if 0.9 < luck < 0.97 and job.prices:
        faults = _rejects(seed, chance, body, finished, chance.randint(20, 120))
    elif 0.97 < luck < 0.985:
        _cut_short(chance, body)
    elif job.prices and chance.random() < 0.5:
        faults = _rejects(seed, chance, body, finished, chance.randint(1, 9))
    begun = {
        k: body[k] for k in ("job", "run_id", "interface_id", "started", "business_date", "file_name", "records_expected")
    } | {"status": "running"}
    return [BatchReport(started, begun), BatchReport(finished, body, faults), *_corrections(job, body, faults)]


def _corrections(job: Job, body: dict[str, Any], faults: tuple[Fault, ...]) -> list[Signal]:
    """Refused lines that were corrected and accepted afterwards."""
    said: list[Signal] = []
    for reject, fault in zip(body.get("rejects", ()), faults, strict=True):
        if fault.fixed is not None:
            attributes = {
                "interface.id": job.interface, "facility.id": reject["facility_id"], "item.id": reject["item_id"], "supplier.id": reject["supplier_id"],
                "correlation.id": f"{body['run_id']}-{reject['line']}",
            }  # fmt: skip
            said.append(trace(Span("ipaas", "accept corrected line", fault.fixed - 0.4, fault.fixed, attributes)))
    return said


def _finished(chance: random.Random, job: Job, day: date, started: float, finished: float) -> dict[str, Any]:
    records = round(job.records * chance.uniform(0.9, 1.1))
    total = f"{records * chance.uniform(40, 90):.2f}"
    return {
        "job": job.name, "run_id": f"{job.name}-{day:%Y%m%d}", "status": "succeeded", "interface_id": job.interface, "started": rfc3339(started),
        "finished": rfc3339(finished), "business_date": day.isoformat(), "file_name": f"{job.name}_{day:%Y%m%d}.dat", "records_expected": records,
        "records_read": records, "records_accepted": records, "records_rejected": 0, "control_total_expected": total, "control_total_actual": total,
    }  # fmt: skip


def _rejects(seed: int, chance: random.Random, body: dict[str, Any], at: float, count: int) -> tuple[Fault, ...]:
    """Refuse `count` records, a line each; many make the run partial."""
    items = network(seed).items
    rejects, faults = [], []
    for line in sorted(chance.sample(range(1, body["records_read"]), count)):
        reject, fault = _reject(chance, line, chance.choice(items), at)
        rejects.append(reject)
        faults.append(fault)
    body |= {"rejects": rejects, "records_rejected": count, "records_accepted": body["records_read"] - count}
    if count > 15:
        body["status"] = "partial"
    return tuple(faults)


def _reject(chance: random.Random, line: int, item: Item, at: float) -> tuple[dict[str, Any], Fault]:
    place = chance.choice(FACILITIES).id
    failure_class, code, message = chance.choices((
        ("item_mapping_missing", "ITEM_MAPPING_MISSING", f"No mapping for supplier part {item.id} at {place}"),
        ("uom_mismatch", "UOM_MISMATCH", f"UOM {item.uom} of item {item.id} is not on the item master"),
        ("expired_contract", "CONTRACT_EXPIRED", f"Contract BA-{item.supplier[1:]} expired before the price date"),
        ("duplicate_document", "DUPLICATE", f"Duplicate document line {line} for {item.id}"),
    ), weights=(5, 2, 1, 1))[0]  # fmt: skip
    reject = {
        "line": line, "code": code, "message": message, "facility_id": place, "supplier_id": item.supplier, "item_id": item.id, "time": rfc3339(at),
    }  # fmt: skip
    fixed = open_later(at, chance.lognormvariate(2.4, 0.8)) if chance.random() < 0.97 else None
    return reject, Fault(failure_class, code, message, fixed)


def _cut_short(chance: random.Random, body: dict[str, Any]) -> None:
    """A file that arrived incomplete: fewer records than announced and another control total."""
    read = round(body["records_expected"] * chance.uniform(0.3, 0.9))
    actual = f"{float(body['control_total_expected']) * read / body['records_expected']:.2f}"
    message = f"Partial file: expected {body['records_expected']} records, read {read}; control total differs"
    body |= {
        "status": "failed",
        "records_read": read,
        "records_accepted": 0,
        "records_rejected": read,
        "control_total_actual": actual,
        "message": message,
    }
