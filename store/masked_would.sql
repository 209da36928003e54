WITH
${masking}
    1 AS none
SELECT rule, place, count() AS values, any(form) AS example
FROM
(
    SELECT
        interface_id,
        arrayJoin(arrayConcat(
            arrayMap((n, t) -> (toString(n), masked_value(n, t), masking_rules(n, t)), mapKeys(attributes), mapValues(attributes)),
            [('status message', masked_text(status_message), masking_rules_of_text(status_message))])) AS found,
        found.1 AS place,
        found.2 AS form,
        found.3 AS rules
    FROM spans
    WHERE received >= toDateTime(${since}, 'UTC')
)
ARRAY JOIN rules AS rule
GROUP BY rule, place
ORDER BY values DESC, rule, place
