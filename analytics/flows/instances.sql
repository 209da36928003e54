SELECT
    {flow:String} AS flow,
    authority,
    key,
    facility_id,
    item_id,
    effective,
    state,
    reason,
    expected_left AS expected_seconds_left,
    p90_left AS p90_seconds_left,
    if(due_at > 0, fromUnixTimestamp64Micro(due_at, 'UTC'), NULL) AS due,
    fromUnixTimestamp64Micro(started_at, 'UTC') AS started,
    if(last_step > 0, {steps:Array(String)}[last_step], '') AS last_milestone,
    fromUnixTimestamp64Micro(last_at, 'UTC') AS last_time,
    if(completed_at > 0, fromUnixTimestamp64Micro(completed_at, 'UTC'), NULL) AS completed,
    toFloat64(multiIf(completed_at > 0, completed_at, ended_at > 0, ended_at, {as_of_us:Int64}) - started_at) / 1000000 AS total_seconds,
    if(waiting_step > 0, {steps:Array(String)}[waiting_step], '') AS waiting_for,
    if(waiting_step > 0, {parties:Array(String)}[waiting_step], '') AS party,
    if(state = 'stuck', fromUnixTimestamp64Micro(stuck_at, 'UTC'), NULL) AS stuck_since,
    arraySort(arrayFilter(pair -> pair.1 > 0, arrayZip(reached, {steps:Array(String)}))) AS in_order,
    arrayMap(pair -> pair.2, in_order) AS milestones,
    arrayMap(pair -> fromUnixTimestamp64Micro(pair.1, 'UTC'), in_order) AS milestone_times
FROM judged
WHERE {state:String} = '' OR judged.state = {state:String}
ORDER BY judged.state = 'stuck' DESC, started_at DESC, key, authority, facility_id, item_id, effective
LIMIT {limit:UInt32}
