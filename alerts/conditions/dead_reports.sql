-- Mails of reports given up since `start` whose edition reached nobody through that channel afterwards.
SELECT
    audience,
    toString(week) AS week,
    edition,
    toString(channel) AS channel,
    maxIf(time, kind = 'dead') AS given_up,
    argMaxIf(summary, time, kind = 'dead') AS reason
FROM report_events
WHERE kind IN ('dead', 'sent') AND time >= {start:DateTime64(6, 'UTC')}
GROUP BY audience, week, edition, channel
HAVING given_up > maxIf(time, kind = 'sent')
ORDER BY given_up, audience, week, edition, channel
