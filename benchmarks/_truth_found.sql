SELECT toString(failure_class) AS failure_class, toString(interface_id) AS interface_id, toUnixTimestamp64Micro(time) AS at, any(message) AS message
FROM (SELECT failure_id, failure_class, interface_id, time, message, code FROM current_failures LIMIT 1 BY failure_id)
WHERE code NOT LIKE 'OVERDUE:%' AND code != 'TIMEOUT'
GROUP BY failure_class, interface_id, at, failure_id
