-- The oldest piece of a back-fill that is not done.
SELECT toString(source) AS source, first, until, rows
FROM generation_pieces FINAL
WHERE number = {number:UInt32} AND done = 0
ORDER BY first, source
LIMIT 1
