SELECT toString(rule) AS rule, toString(interface_id) AS interface_id, sum(values) AS values
FROM masked_values
WHERE hour >= toStartOfHour(toDateTime({since:DateTime64(6,'UTC')}))
GROUP BY rule, interface_id
ORDER BY values DESC, rule, interface_id
