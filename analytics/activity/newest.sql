-- Until when we know: the newest thing reported to have happened, leaving out what claims to lie in the future. What happened since
-- {since} was received since {since_received}, a day earlier, which the indexes on received answer.
SELECT max(t) AS newest
FROM
(
    SELECT maxOrNull(toDateTime64(greatest(toDateTime64(minute, 3, 'UTC'), last_success), 6, 'UTC')) AS t
    FROM operations_per_minute
    WHERE minute <= {now:DateTime64(6,'UTC')} AND last_success <= {now:DateTime64(6,'UTC')}
        AND minute >= {since:DateTime64(6,'UTC')} AND received >= {since_received:DateTime64(6,'UTC')}
    UNION ALL
    SELECT maxOrNull(time) AS t
    FROM current_milestones AS milestones
    WHERE time <= {now:DateTime64(6,'UTC')} AND time >= {since:DateTime64(6,'UTC')} AND received >= {since_received:DateTime64(6,'UTC')}
)
