"""How one kind of request enters the store: what is written down of it, and how a batch of them is inserted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from collector.spool.segment import Kept
from store.store import Store

Item_contra = TypeVar("Item_contra", contravariant=True)


class Sink(Protocol[Item_contra]):
    """`kind` names it in the spool: what one version wrote another must be able to insert."""

    @property
    def kind(self) -> str: ...

    def keep(self, item: Item_contra) -> Kept:
        """The request as it is inserted, now or after a restart. Raises TypeError when it has no such form."""
        ...

    def convert(self, store: Store, requests: Sequence[Kept]) -> None:
        """Raises NotStorable when a value does not fit its column; sends nothing."""
        ...

    def insert(self, store: Store, requests: Sequence[Kept], token: str, sequence: int) -> None:
        """Insert the batch. The same requests under the same token complete what is missing and double nothing. Raises StoreError."""
        ...
