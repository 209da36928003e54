"""Answers about who depends on whom. Times are UTC; None means not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Standing(StrEnum):
    """What configuration says of a call.

    declared: an interface leads from the caller's system to the callee's. undeclared_caller: the caller is no service of any
    system. undeclared_callee: the callee is not. undeclared_pair: both are known, no interface connects them.
    unknown_caller: the callee was called, by nobody we know. internal: both are services of one system.
    """

    DECLARED = "declared"
    INTERNAL = "internal"
    UNKNOWN_CALLER = "unknown_caller"
    UNDECLARED_CALLER = "undeclared_caller"
    UNDECLARED_CALLEE = "undeclared_callee"
    UNDECLARED_PAIR = "undeclared_pair"


@dataclass(frozen=True, slots=True)
class Edge:
    """Calls of one service to another. mode: call, message (a consumer's of its producer), external (only the caller reported).

    throttled: answered 429 or RESOURCE_EXHAUSTED. refused: 401, 403, 407 or their gRPC codes. Latencies are the callee's; external
    ones the caller's. waited_seconds: mean time between the producer's end and the consumer's start, None for calls.
    api_version '' without one, and in answers that do not ask for versions.
    """

    mode: str
    caller: str
    caller_interface: str
    callee: str
    callee_interface: str
    api_version: str
    calls: int
    calls_per_second: float
    errors: int
    error_share: float
    throttled: int
    refused: int
    mean_seconds: float
    p50_seconds: float
    p95_seconds: float
    waited_seconds: float | None
    last_seen: datetime
    standing: Standing = Standing.DECLARED


@dataclass(frozen=True, slots=True)
class OrdersMeanwhile:
    """Orders placed in the time: distinct purchase orders, their lines, and their money in one currency."""

    currency: str
    orders: int
    lines: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OnLastPrices:
    """Work that ran on the last approved prices. ended None: still. prices_as_of: when the newest price known then was made known."""

    fallback: str
    name: str
    interfaces: tuple[str, ...]
    flows: tuple[str, ...]
    started: datetime
    ended: datetime | None
    failed_calls: int
    prices_as_of: datetime | None
    meanwhile: tuple[OrdersMeanwhile, ...]
