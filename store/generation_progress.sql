SELECT
    number,
    count() AS pieces,
    countIf(done = 1) AS pieces_done,
    sum(generation_pieces.rows) AS rows,
    sumIf(generation_pieces.rows, done = 1) AS rows_done
FROM generation_pieces FINAL
WHERE number = {number:UInt32}
GROUP BY number
