"""Readers of batch results, a folder per format with its README and example."""

from __future__ import annotations

from collections.abc import Mapping

from collector.batches.readers.airflow import AirflowReader
from collector.batches.readers.dbt import DbtReader
from collector.batches.readers.great_expectations import GreatExpectationsReader
from collector.batches.readers.junit import JunitReader
from collector.batches.readers.manifest import ManifestReader
from collector.batches.readers.sap_idoc import SapIdocReader
from collector.files.reader import FileReader

# Kind, as in POST /v1/batches/<kind> and watched_folders → its reader.
BATCH_READERS: Mapping[str, FileReader] = {
    "dbt": DbtReader(),
    "great_expectations": GreatExpectationsReader(),
    "junit": JunitReader(),
    "airflow": AirflowReader(),
    "sap_idoc": SapIdocReader(),
    "manifest": ManifestReader(),
}
