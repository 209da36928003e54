-- Planned changes that hold at a moment, as each source's newest reading has them; window_id '' says that a reading found none.
SELECT name, ends, touched
FROM change_windows
WHERE (source, seen) IN (SELECT source, max(seen) FROM change_windows WHERE seen <= {now:DateTime64(6, 'UTC')} GROUP BY source)
    AND window_id != '' AND starts <= {now:DateTime64(6, 'UTC')} AND ends > {now:DateTime64(6, 'UTC')}
ORDER BY ends, window_id
