SELECT
    {flow:String} AS flow,
    {definition:String} AS definition,
    key, authority, facility_id, item_id, effective, place, supplier_id,
    reached,
    attempts,
    path,
    if(plain, lengths, arrayMap(step -> arraySum((length, waited) -> if(waited = step, length, 0), lengths, arrayPopBack(awaited)), stepwise)) AS stage_us,
    multiIf(
        {calendar:String} = '', stage_us,
        plain, open_lengths,
        arrayMap(step -> arraySum((length, waited) -> if(waited = step, length, 0), open_lengths, arrayPopBack(awaited)), stepwise)) AS stage_open_us,
    earliest, started_at, completed_at, ended_at, last_at, newest_at,
    if({calendar:String} = '', newest_at, if(transform(roundDown(newest_at, points), points, codes, toInt64(0)) AS newest_code < 0, -1 - newest_code, newest_at - newest_code)) AS newest_open,
    failing_since, last_step, waiting_step, newest_received,
    {computed:DateTime64(6,'UTC')} AS computed,
    0 AS deleted
FROM
(
    -- marks: where the awaited step may change. Without attempts each stretch between them is a step; else stretches add up by step.
    SELECT
        *,
        empty(moments) AS plain,
        if(plain, [], {numbers:Array(UInt8)}) AS stepwise,
        if(plain, arrayPushFront(passed, started_at), moments) AS marks,
        arrayPopFront(arrayDifference(marks)) AS lengths,
        arrayPopFront(arrayDifference(arrayMap((at, code) -> if(code < 0, -1 - code, at - code), marks,
            arrayMap(at -> transform(roundDown(at, points), points, codes, toInt64(0)), marks)))) AS open_lengths
    FROM attributed
)
SETTINGS short_circuit_function_evaluation = 'disable', optimize_aggregation_in_order = 1, aggregation_in_order_max_block_bytes = 3000000, optimize_on_insert = 0, max_insert_threads = 2
