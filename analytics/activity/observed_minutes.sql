-- Minutes we saw: the collector recorded being up, or telemetry of that minute arrived, if only later.
SELECT count() AS minutes
FROM
(
    SELECT minute FROM observed WHERE minute >= {start:DateTime64(6,'UTC')} AND minute < {end:DateTime64(6,'UTC')}
    UNION DISTINCT
    SELECT minute FROM operations_per_minute WHERE minute >= {start:DateTime64(6,'UTC')} AND minute < {end:DateTime64(6,'UTC')}
)
