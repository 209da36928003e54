"""How a contract's activation looks from outside: one trace per hop group, held together by contract and correlation id."""

from __future__ import annotations

from collections import defaultdict

from simulator.contracts import Contract, Line, price_events
from simulator.network import Facility
from simulator.rhythm import HOUR, dice
from simulator.signals import Attributes, Event, Fault, Signal, Span, Trace, rfc3339, trace

FLOW = "contract_activation"


def story(seed: int, contract: Contract) -> list[Signal]:
    """Everything said about a contract, in no particular order."""
    by_facility: dict[Facility, list[Line]] = defaultdict(list)
    for line in contract.lines:
        by_facility[line.facility].append(line)
    said: list[Signal] = [
        *price_events(contract),
        _executed(contract),
        *_eligibility(contract),
        *_validation(contract),
        _filed(contract),
    ]
    for facility, lines in by_facility.items():
        said += [_mapping(contract, facility, lines), _load(seed, contract, facility, lines)]
        said += [_reload(contract, line) for line in lines if line.refused is not None]
        said += _refresh(contract, facility, lines)
    said += _proofs(seed, contract)
    return said


def _attributes(contract: Contract, interface: str, milestone: str = "", **more: str) -> Attributes:
    found = {
        "interface.id": interface,
        "contract.id": contract.id,
        "correlation.id": contract.correlation,
        "supplier.id": contract.supplier,
    }
    if milestone:
        found |= {"flow.name": FLOW, "milestone.name": milestone}
    return found | {k.replace("_", "."): v for k, v in more.items()}


def _executed(contract: Contract) -> Trace:
    at = contract.executed
    return trace(
        Span("clm", "publish contract executed", at - 0.4, at + 0.05, _attributes(contract, "clm-contract-events")),
        Span(
            "ipaas", "receive contract executed", at - 0.2, at, _attributes(contract, "clm-contract-events", "executed"), parent=0
        ),
    )


def _eligibility(contract: Contract) -> list[Trace]:
    attributes = _attributes(contract, "gpo-eligibility", "eligibility_accepted")
    found = [trace(Span("gpo", "accept eligibility", contract.eligible - 2.1, contract.eligible, attributes))]
    if contract.tier_refused is not None:
        message = f"Tier 2 eligibility for contract {contract.id} not accepted: letter of commitment names tier 1"
        fault = Fault("eligibility_not_accepted", "ELIGIBILITY_NOT_ACCEPTED", message, contract.eligible)
        found.append(
            trace(Span("gpo", "accept eligibility", contract.tier_refused - 1.3, contract.tier_refused, attributes, fault))
        )
    return found


def _validation(contract: Contract) -> list[Trace]:
    attributes = _attributes(contract, "supplier-validation")
    found = [trace(Span("supplier-portal", "validate supplier", contract.validated - 0.9, contract.validated, attributes))]
    if contract.supplier_refused is not None:
        fault = Fault(
            "supplier_not_found",
            "SUPPLIER_NOT_FOUND",
            f"Supplier {contract.supplier} has no active record in the vendor master",
            contract.validated,
        )
        found.append(
            trace(
                Span(
                    "supplier-portal",
                    "validate supplier",
                    contract.supplier_refused - 0.6,
                    contract.supplier_refused,
                    attributes,
                    fault,
                )
            )
        )
    return found


def _filed(contract: Contract) -> Trace:
    at = contract.filed
    return trace(
        Span("edi-gateway", "receive 832", at - 9, at + 0.1, _attributes(contract, "edi-832-price")),
        Span(
            "ipaas", "read price catalogue", at - 6, at, _attributes(contract, "edi-832-price", "price_file_received"), parent=0
        ),
    )


def _mapping(contract: Contract, facility: Facility, lines: list[Line]) -> Trace:
    last = max(line.mapped for line in lines)
    root = Span(
        "ipaas",
        "map contract items",
        lines[0].mapped - 0.3,
        last + 0.1,
        _attributes(contract, "item-mapping", facility_id=facility.id),
    )
    return trace(root, *(
        Span("item-hub", "map item", line.mapped - 0.15, line.mapped, _attributes(contract, "item-mapping", "items_mapped", facility_id=facility.id, item_id=line.item.id), parent=0)
        for line in lines
    ))  # fmt: skip


def load_interface(facility: Facility) -> str:
    return "erp-cloud-price-load" if facility.cloud else "erp-price-load"


def _erp(facility: Facility) -> str:
    return "erp-cloud" if facility.cloud else "erp"


def _load(seed: int, contract: Contract, facility: Facility, lines: list[Line]) -> Trace:
    interface = load_interface(facility)
    chance = dice(seed, "load", contract.id, facility.id)
    tried = [(line.loaded if line.refused is None else line.refused, line) for line in lines]
    first, last = min(t for t, _ in tried), max(t for t, _ in tried)
    root = Span("ipaas", "load contract prices", first - 3, last + 0.2, _attributes(contract, interface, facility_id=facility.id))
    return trace(root, *(
        Span(_erp(facility), "load price condition", at - min(2.9, chance.lognormvariate(-0.6, 0.5)), at, _line_attributes(contract, line), _refusal(contract, line), 0)
        for at, line in tried
    ))  # fmt: skip


def _line_attributes(contract: Contract, line: Line) -> Attributes:
    return _attributes(contract, load_interface(line.facility), facility_id=line.facility.id, item_id=line.item.id)


def _refusal(contract: Contract, line: Line) -> Fault | None:
    if line.refused is None:
        return None
    item, place = line.item.id, line.facility.id
    code, message = {
        "item_mapping_missing": ("ITEM_MAPPING_MISSING", f"No mapping for item {item} at {place}"),
        "uom_mismatch": (
            "UOM_MISMATCH",
            f"Unit of measure {line.item.uom} of item {item} has no conversion to the base unit at {place}",
        ),
        "retroactive_price": (
            "RETROACTIVE_PRICE",
            f"Effective date {rfc3339(contract.valid_from)[:10]} of item {item} is before the open period at {place}",
        ),
        "downstream_rejected": (
            "CONDITION_REJECTED",
            f"Price condition for item {item} rejected: plant {place} is locked for posting",
        ),
        "throttled": ("429", "Rate limit of the price condition service exceeded"),
        "expired_contract": ("CONTRACT_EXPIRED", f"Contract {contract.id} is expired in the outline agreement of {place}"),
        "unreachable": ("504", f"Price condition service of {_erp(line.facility)} timed out after 30 s"),
    }[line.refusal]
    return Fault(line.refusal, code, message, line.loaded)


def _reload(contract: Contract, line: Line) -> Trace:
    return trace(
        Span(_erp(line.facility), "load price condition", line.loaded - 0.6, line.loaded, _line_attributes(contract, line))
    )


def _refresh(contract: Contract, facility: Facility, lines: list[Line]) -> list[Trace]:
    """Lines that became usable in the same refresh share a trace."""
    runs: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        runs[int(line.usable // HOUR)].append(line)
    return [_refresh_run(contract, facility, run) for run in runs.values()]


def _refresh_run(contract: Contract, facility: Facility, lines: list[Line]) -> Trace:
    first, last = min(line.usable for line in lines), max(line.usable for line in lines)
    root = Span(
        "purchasing-suite",
        "refresh catalog",
        first - 5,
        last + 0.1,
        _attributes(contract, "catalog-refresh", facility_id=facility.id),
    )
    return trace(root, *(
        Span("purchasing-suite", "publish catalog price", line.usable - 0.2, line.usable, _attributes(contract, "catalog-refresh", "catalog_refreshed", facility_id=facility.id, item_id=line.item.id), parent=0)
        for line in lines
    ))  # fmt: skip


def _proofs(seed: int, contract: Contract) -> list[Event]:
    """About half of the lines are ordered, and acknowledged at the contract price, within two weeks."""
    chance = dice(seed, "proof", contract.id)
    found = []
    for line in contract.lines:
        if chance.random() < 0.5:
            at = max(line.usable, contract.valid_from) + chance.uniform(0.2, 12) * 86400
            found.append(Event(at, "milestone", f"proof-{contract.id}-{line.item.id}-{line.facility.id}", {
                "flow": FLOW, "key": contract.id, "facility_id": line.facility.id, "item_id": line.item.id, "milestone": "proven",
                "time": rfc3339(at), "interface_id": "edi-855-in", "correlation_id": contract.correlation, "supplier_id": contract.supplier,
            }))  # fmt: skip
    return found
