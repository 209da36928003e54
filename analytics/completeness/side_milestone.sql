SELECT authority, key, toString(m.facility_id) AS facility_id, m.time AS at
FROM current_milestones AS m
WHERE m.flow = {/*side*/flow:String} AND m.milestone = {/*side*/milestone:String} AND m.outcome = 'reached'
