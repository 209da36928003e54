"""JUnit XML, as test frameworks and load validators write it."""

from collector.batches.readers.junit.reader import JunitReader

__all__ = ["JunitReader"]
