"""What exists: systems, interfaces between them, facilities served, people who own them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from domain.base import Configured, Identifier


class Party(StrEnum):
    """Whose clock runs."""

    US = "us"
    GPO = "gpo"
    SUPPLIER = "supplier"
    GATEWAY = "gateway"
    FACILITY = "facility"


class SystemKind(StrEnum):
    ERP = "erp"
    PURCHASING = "purchasing"
    CLM = "clm"
    GPO = "gpo"
    EDI_GATEWAY = "edi_gateway"
    SUPPLIER_PORTAL = "supplier_portal"
    INVENTORY = "inventory"
    ACCOUNTS_PAYABLE = "accounts_payable"
    IPAAS = "ipaas"
    API_GATEWAY = "api_gateway"
    BROKER = "broker"
    SFTP = "sftp"
    OTHER = "other"


class Pattern(StrEnum):
    REALTIME_API = "realtime_api"
    EVENT = "event"
    MANAGED_BATCH = "managed_batch"
    ORCHESTRATION = "orchestration"


class PersonKind(StrEnum):
    PERSON = "person"
    TEAM = "team"


class Person(Configured):
    """A person or a team that owns interfaces or is told of incidents."""

    id: Identifier
    name: str
    kind: PersonKind = PersonKind.TEAM
    email: str | None = None
    slack: str | None = None


class System(Configured):
    """`services` are the service names its telemetry carries; its own id is always one of them."""

    id: Identifier
    name: str
    kind: SystemKind
    party: Party = Party.US
    owner: Identifier | None = None
    services: tuple[str, ...] = ()


class Interface(Configured):
    """One connection from a source system to a target system.

    `queue` and `job` name the queue and the batch job whose samples and runs belong to it.
    """

    id: Identifier
    name: str
    source: Identifier
    target: Identifier
    pattern: Pattern
    tier: int = Field(ge=1, le=4)
    owner: Identifier
    phi_adjacent: bool
    queue: str | None = None
    job: str | None = None


class Facility(Configured):
    """A hospital or other place that orders. `aliases` are ship-to numbers, GLNs and the like."""

    id: Identifier
    name: str
    time_zone: str
    calendar: Identifier | None = None
    aliases: tuple[str, ...] = ()
