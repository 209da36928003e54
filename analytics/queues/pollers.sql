-- Of each poller the newest poll, and when one last succeeded.
SELECT
    poller,
    argMax(toString(s.kind), time) AS kind,
    max(time) AS tried,
    max(s.last_good) AS last_good,
    argMax(s.failures, time) AS failures,
    argMax(s.queues, time) AS queues,
    argMax(s.error, time) AS error
FROM poller_states AS s
WHERE time > {now:DateTime64(6,'UTC')} - INTERVAL 90 DAY AND time <= {now:DateTime64(6,'UTC')}
GROUP BY poller
