"""Supplier and item masters: which attributes tell their names and numbers, so that doubles are found."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.base import Configured, Identifier


class Master(Configured):
    """How records of one kind are told apart. `failure_class` gives the steward and the remedy of doubles.

    `names`: attributes that carry the name. `identifiers`: scheme → attributes that carry its number; equal numbers of one
    scheme mean one supplier or item. A kind that is not configured is looked for by the built-in attributes.
    """

    id: Literal["supplier", "item"]
    failure_class: Identifier
    names: tuple[str, ...] = ()
    identifiers: dict[Identifier, tuple[str, ...]] = Field(default_factory=dict)


BUILT_IN = (
    Master(
        id="supplier",
        failure_class="unclassified",
        names=("supplier.name", "vendor.name"),
        identifiers={
            "tax_id": ("supplier.tax_id", "vendor.tax_id"),
            "duns": ("supplier.duns", "vendor.duns"),
            "gln": ("supplier.gln", "vendor.gln"),
        },
    ),
    Master(
        id="item",
        failure_class="unclassified",
        names=("item.name", "item.description"),
        identifiers={"gtin": ("item.gtin",), "manufacturer_part": ("item.manufacturer_part",)},
    ),
)
