-- Whose block a slot holds, and the newest slot.
SELECT groupUniqArrayIf(token, slot = {slot:UInt64}) AS owners, max(slot) AS newest
FROM request_claims
WHERE slot >= {slot:UInt64}
