"""Which span attributes fill which key column, by default and as configured."""

from __future__ import annotations

from domain.configuration import Configuration

# column of spans → (key type, attributes read, first non-empty wins)
KEY_COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "interface_id": ("interface", ("interface.id",)),
    "facility_id": ("facility", ("facility.id",)),
    "correlation_id": (
        "correlation",
        ("correlation.id", "messaging.message.conversation_id", "x-correlation-id", "http.request.header.x-correlation-id"),
    ),
    "contract_id": ("contract", ("contract.id",)),
    "supplier_id": ("supplier", ("supplier.id",)),
    "item_id": ("item", ("item.id",)),
    "purchase_order_id": ("purchase_order", ("purchase_order.id",)),
    "invoice_id": ("invoice", ("invoice.id",)),
    "flow": ("flow", ("flow.name",)),
    "milestone": ("milestone", ("milestone.name",)),
}
COLUMN_OF_KEY = {key: column for column, (key, _) in KEY_COLUMNS.items()}
DESCRIPTIVE = frozenset({"supplier", "item", "facility"})
INDEXED = ("correlation", "contract", "supplier", "item", "purchase_order", "invoice")


def attributes_of(column: str, configuration: Configuration) -> tuple[str, ...]:
    """Attributes that fill `column`: configured ones first, then the defaults."""
    key, defaults = KEY_COLUMNS[column]
    configured = [n for t in configuration.key_types if t.id == key for n in (t.attribute, *t.aliases)]
    return tuple(dict.fromkeys([*configured, *defaults]))


def indexed_keys(configuration: Configuration) -> tuple[tuple[str, str | None], ...]:
    """(key type, attribute of its issuing authority or None) of every key that look-up finds."""
    authority = {t.id: t.authority_attribute for t in configuration.key_types}
    names = dict.fromkeys([*INDEXED, *(t.id for t in configuration.key_types if t.id != "facility")])
    return tuple((name, authority.get(name)) for name in names)


def is_identifying(key_type: str, configuration: Configuration) -> bool:
    """Whether a story expands through keys of this type."""
    for configured in configuration.key_types:
        if configured.id == key_type:
            return configured.identifying
    return key_type not in DESCRIPTIVE
