-- Which of these requests another collector claimed in an earlier slot and has neither released nor, as far as one may hope, forgotten.
SELECT DISTINCT lower(hex(request_hash)) AS hash
FROM
(
    SELECT request_hash, collector, life, maxIf(slot, released = 0) AS claimed_in, maxIf(slot, released = 1) AS released_in
    FROM request_claims
    WHERE slot < {slot:UInt64} AND collector != {collector:String} AND claimed > now64(3) - INTERVAL {seconds:UInt32} SECOND
        AND request_hash IN (SELECT toFixedString(unhex(arrayJoin({hashes:Array(String)})), 32))
    GROUP BY request_hash, collector, life
) AS claims
LEFT JOIN
(
    SELECT collector, argMax(life, slot) AS new_life, max(slot) AS started_in
    FROM request_claims
    WHERE released = 1 AND request_hash = toFixedString('', 32)
    GROUP BY collector
) AS starts USING (collector)
WHERE claimed_in > released_in AND NOT (started_in > claimed_in AND new_life != life)
