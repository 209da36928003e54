"""Great Expectations: validation results and checkpoint results, before and after version 1."""

from collector.batches.readers.great_expectations.reader import GreatExpectationsReader

__all__ = ["GreatExpectationsReader"]
