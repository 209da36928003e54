, labels AS
(
    SELECT
        milestones.authority AS authority,
        milestones.key AS key,
        maxIf(if({group:String} = 'supplier', milestones.supplier_id, milestones.attributes[{group:String}]), milestones.milestone IN {steps:Array(String)}) AS label
    FROM current_milestones AS milestones
    WHERE milestones.flow = {flow:String} AND {group:String} != 'facility' AND milestones.time < fromUnixTimestamp64Micro({end_us:Int64}, 'UTC')
    GROUP BY authority, key
)
SELECT
    if({group:String} = 'facility', judged.place, labels.label) AS group,
    count() AS instances,
    countIf(judged.state = 'completed' AND judged.reached[{first:UInt8}] > 0) AS completed,
    quantilesExactInclusiveIf(0.5, 0.9)(judged.cycle_seconds, judged.state = 'completed' AND judged.reached[{first:UInt8}] > 0) AS quantiles,
    countIf({due_step:UInt8} > 0 AND judged.reached[greatest({due_step:UInt8}, 1)] > 0
        AND judged.reached[greatest({late_step:UInt8}, 1)] > judged.reached[greatest({due_step:UInt8}, 1)]) AS late
FROM judged
LEFT JOIN labels ON labels.key = judged.key AND labels.authority = judged.authority
GROUP BY group
ORDER BY instances DESC, group
