-- The next keys in order with evidence received since the watermark: the last of them, and how many.
SELECT max(key) AS upto, count() AS keys
FROM
(
    SELECT DISTINCT key
    FROM /*evidence*/ AS milestones
    WHERE milestones.flow = {flow:String} AND milestones.received > {since:DateTime64(3,'UTC')} AND milestones.key > {after:String}
    ORDER BY key
    LIMIT {most:UInt32}
)
