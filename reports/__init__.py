"""Reports: the weekly SLA report, from the same functions the pages read."""
