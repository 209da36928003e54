-- The key some rows further on, in the order of the table: read without sorting. Rows of every generation count: a piece is a size.
SELECT milestones.key AS upto
FROM milestones
WHERE milestones.flow = {flow:String} AND milestones.key > {after:String}
ORDER BY milestones.flow, milestones.key
LIMIT 1 OFFSET {most:UInt32}
