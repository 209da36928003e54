SELECT calendar_id, revision, max(closed) AS until
FROM calendar_openings
GROUP BY calendar_id, revision
