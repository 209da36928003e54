"""Answers about the ways instances go. Times are UTC; seconds are wall-clock unless the name says business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PartyTime:
    """Whose clock ran: seconds in which instances waited for `party`, wall and of the flow's calendar. Parts add up to the whole.

    Over instances completed in the interval; `open_*` over those open at its end, up to then. share: of all seconds of the completed
    (None: none passed). Median and p90 per completed instance (None: none).
    """

    flow: str
    party: str
    instances: int
    seconds: float
    business_seconds: float
    share: float | None
    median_seconds: float | None
    p90_seconds: float | None
    open_instances: int
    open_seconds: float
    open_business_seconds: float


@dataclass(frozen=True, slots=True)
class StageShare:
    """How long `milestone` was waited for, over instances completed in the interval; the first row is the bottleneck.

    share: of all their seconds; previous_*: of the interval before (None: nothing completed). instances: those that waited at all.
    """

    flow: str
    milestone: str
    party: str
    instances: int
    seconds: float
    business_seconds: float
    share: float
    median_seconds: float | None
    p90_seconds: float | None
    previous_share: float | None
    previous_median_seconds: float | None


@dataclass(frozen=True, slots=True)
class Variant:
    """A way that completed instances went. skipped: required steps without evidence; repeated: steps reached more than once.

    in_order: no step was reached before one that should precede it. example: authority, key, facility and item of the newest.
    """

    flow: str
    milestones: tuple[str, ...]
    instances: int
    share: float
    median_seconds: float
    p90_seconds: float
    skipped: tuple[str, ...]
    repeated: tuple[str, ...]
    in_order: bool
    example: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Rework:
    """A step done again, or refused first. Seconds lost: from the first refusal until it was reached (None: none recovered)."""

    flow: str
    milestone: str
    repeated_instances: int
    repeats: int
    refused_instances: int
    refusals: int
    recovered: int
    median_seconds_lost: float | None
    p90_seconds_lost: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cycle time of one facility or supplier against all, and against the interval before.

    low, high: 95 % confidence interval of the median (None: fewer than six). against_all: "slower" or "faster" when the interval lies
    beyond that of all instances, else ''. change and its interval: median less the previous one (McKean and Schrader's standard
    errors, Commun. Stat. Simul. Comput. 13, 1984); None where either has none.
    """

    group: str
    instances: int
    median_seconds: float
    low: float | None
    high: float | None
    against_all: str
    previous_instances: int
    previous_median_seconds: float | None
    change_seconds: float | None
    change_low: float | None
    change_high: float | None


@dataclass(frozen=True, slots=True)
class Activation:
    """A contract (from one effective date on, where it has several) by line: loaded, rejected and proven of `lines`.

    usable: when the last line was loaded (None: not every line is). A line nobody ordered is not proven, and breaches nothing.
    rejected: lines whose newest attempt failed. retroactive: lines loaded after they took effect, or still not loaded then.
    """

    authority: str
    contract_id: str
    effective: str
    supplier_id: str
    lines: int
    loaded: int
    rejected: int
    proven: int
    at_risk: int
    abandoned: int
    facilities: tuple[str, ...]
    started: datetime
    usable: datetime | None
    first_proven: datetime | None
    retroactive: int


@dataclass(frozen=True, slots=True)
class FlowLag:
    """How far the stored instances of a flow are behind: evidence received up to `complete_to` is in them (None: a first pass runs).

    lag_seconds: now less complete_to; includes half a minute in which evidence may still be committing. Evidence received since is
    in them, too, as soon as the job has run. passing: whether a pass runs; after_key: the last key it has done.
    """

    flow: str
    complete_to: datetime | None
    lag_seconds: float | None
    passing: bool
    after_key: str
    current: bool
