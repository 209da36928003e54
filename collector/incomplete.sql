-- Of these bodies, the ones that lack rows of some views.
SELECT lower(hex(request_hash)) AS hash, argMax(incomplete_requests.views, revision) AS lacks
FROM incomplete_requests
WHERE request_hash IN (SELECT toFixedString(unhex(arrayJoin({hashes:Array(String)})), 32))
GROUP BY hash
HAVING notEmpty(lacks)
