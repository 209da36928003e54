"""Queue samples: how many messages wait, for how long, who takes them."""

from __future__ import annotations

from simulator import incidents
from simulator.rhythm import dice, load
from simulator.signals import QueueSample, rfc3339

# queue → messages per second in the busiest hour
QUEUES = {
    "contract-events": 0.4, "contract-amendments": 0.2, "gpo-eligibility": 0.3, "edi-845": 0.2, "item-mapping": 1.2, "erp-price-load": 3.0,
    "erp-cloud-price-load": 1.6, "replenishment": 6.0, "case-cart-usage": 2.0, "po-outbound": 4.0, "po-outbound-cloud": 2.2, "edi-850": 5.0,
    "edi-997": 4.5, "edi-824": 0.2, "edi-855": 4.0, "edi-856": 3.4, "receipts": 3.0, "edi-810": 4.0, "invoice-match": 3.2, "invoice-status": 1.5,
    "exceptions": 0.8, "supplier-master": 0.1, "item-publish": 0.3,
}  # fmt: skip


def sampled(seed: int, at: float) -> list[QueueSample]:
    """A sample of every queue at `at`."""
    busy = load(at)
    return [_sample(seed, queue, rate * busy, at) for queue, rate in QUEUES.items()]


def _sample(seed: int, queue: str, rate: float, at: float) -> QueueSample:
    chance = dice(seed, "queue", queue, int(at))
    extra, age = incidents.backlog_depth(seed, queue, at)
    usual = int(rate * chance.uniform(0.5, 4.0))
    depth = usual + int(extra)
    falling_behind = extra > 0
    consumers = 1 if falling_behind and chance.random() < 0.5 else chance.choice((3, 4, 4))
    acknowledged = rate * (chance.uniform(0.2, 0.6) if falling_behind else chance.uniform(0.97, 1.03))
    return QueueSample(at, {
        "queue": queue, "broker": "broker-1", "time": rfc3339(at), "depth": depth, "oldest_age_seconds": round(age * 0.8 + usual * 0.4, 1),
        "in_flight": min(depth, consumers * 8), "consumers": consumers, "publish_rate": round(rate, 3), "ack_rate": round(acknowledged, 3),
        "dead_letters": int(extra // 700),
    })  # fmt: skip
