"""dbt's run_results.json, versions 1 to 6."""

from collector.batches.readers.dbt.reader import DbtReader

__all__ = ["DbtReader"]
