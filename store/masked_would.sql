WITH
${masking}
    1 AS none
SELECT rule, place, count() AS values, any(form) AS example
FROM
(
    SELECT
        place,
        masked_value(if(free_text, '', place), content) AS form,
        masking_rules(if(free_text, '', place), content) AS rules
    FROM
    (
        SELECT interface_id, toString(place) AS place, content, 0 AS free_text
        FROM spans ARRAY JOIN mapKeys(attributes) AS place, mapValues(attributes) AS content
        WHERE received >= toDateTime(${since}, 'UTC')
        UNION ALL
        SELECT interface_id, 'status message' AS place, status_message AS content, 1 AS free_text
        FROM spans
        WHERE received >= toDateTime(${since}, 'UTC') AND status_message != ''
        UNION ALL
        SELECT interface_id, 'event name' AS place, event.name AS content, 1 AS free_text
        FROM spans ARRAY JOIN events AS event
        WHERE received >= toDateTime(${since}, 'UTC')
        UNION ALL
        SELECT interface_id, toString(place) AS place, content, 0 AS free_text
        FROM
        (
            SELECT interface_id, event.attributes AS held
            FROM spans ARRAY JOIN events AS event
            WHERE received >= toDateTime(${since}, 'UTC')
        )
        ARRAY JOIN mapKeys(held) AS place, mapValues(held) AS content
        UNION ALL
        SELECT interface_id, toString(place) AS place, content, 0 AS free_text
        FROM logs ARRAY JOIN mapKeys(attributes) AS place, mapValues(attributes) AS content
        WHERE received >= toDateTime(${since}, 'UTC')
        UNION ALL
        SELECT interface_id, 'log body' AS place, body AS content, 1 AS free_text
        FROM logs
        WHERE received >= toDateTime(${since}, 'UTC') AND body != ''
        UNION ALL
        SELECT interface_id, toString(place) AS place, content, 0 AS free_text
        FROM metric_points ARRAY JOIN mapKeys(attributes) AS place, mapValues(attributes) AS content
        WHERE received >= toDateTime(${since}, 'UTC')
        UNION ALL
        SELECT interface_id, 'reject message' AS place, message AS content, 1 AS free_text
        FROM batch_rejects
        WHERE received >= toDateTime(${since}, 'UTC') AND message != ''
        UNION ALL
        SELECT interface_id, 'run message' AS place, message AS content, 1 AS free_text
        FROM batch_runs
        WHERE received >= toDateTime(${since}, 'UTC') AND message != ''
        UNION ALL
        SELECT interface_id, 'failure message' AS place, message AS content, 1 AS free_text
        FROM failure_reports
        WHERE received >= toDateTime(${since}, 'UTC') AND message != ''
    )
)
ARRAY JOIN rules AS rule
GROUP BY rule, place
ORDER BY values DESC, rule, place
