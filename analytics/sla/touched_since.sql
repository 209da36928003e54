-- SLAs whose slices older than an hour were counted again since the last walk: their past may read differently now.
SELECT DISTINCT t.slo AS slo
FROM sli_touched AS t
WHERE t.run > {since:DateTime64(3, 'UTC')} AND t.slice < toDateTime({now:DateTime64(6, 'UTC')}) - 3600
