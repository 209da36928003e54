-- Which of these bodies are stored already.
SELECT lower(hex(request_hash)) AS hash
FROM request_hashes
WHERE request_hash IN (SELECT toFixedString(unhex(arrayJoin({hashes:Array(String)})), 32))
GROUP BY hash
