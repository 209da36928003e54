-- The next keys in order with evidence received since the watermark: the last of them, and how many.
SELECT max(key) AS upto, count() AS keys
FROM
(
    SELECT DISTINCT key
    FROM current_milestones AS changed
    WHERE changed.flow = {flow:String} AND /*changed*/ AND changed.key > {after:String}
    ORDER BY key
    LIMIT {most:UInt32}
)
