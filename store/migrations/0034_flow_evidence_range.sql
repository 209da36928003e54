-- A question about a moment looks for instances with later evidence: none when it asks about now, and then no granule is read for them.
ALTER TABLE flow_instances ADD INDEX newest_range newest_at TYPE minmax GRANULARITY 1;
