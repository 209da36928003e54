"""SAP IDoc status: exports of the tables EDIDC (control) and EDIDS (status)."""

from collector.batches.readers.sap_idoc.reader import SapIdocReader

__all__ = ["SapIdocReader"]
