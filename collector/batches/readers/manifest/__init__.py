"""Manifests and load reports of one's own make, CSV or JSON, as configured in batch_mappings."""

from collector.batches.readers.manifest.reader import ManifestReader

__all__ = ["ManifestReader"]
