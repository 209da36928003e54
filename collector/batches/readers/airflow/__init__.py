"""Airflow's list of DAG runs, REST API v1 and v2."""

from collector.batches.readers.airflow.reader import AirflowReader

__all__ = ["AirflowReader"]
