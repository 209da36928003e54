-- X12 documents about the story's keys or with the control number searched for, and what was said of them. Newest before the cursor;
-- total counts them all.
WITH
documents AS
(
    SELECT DISTINCT
        time, set_id, set_control, interchange_control, group_control, sender, receiver, interface_id, facility_id, reading, reason,
        correlation_id, source_id, interchange_key, group_key, set_key
    FROM edi_documents
    WHERE ((hasAny(key_values, {values:Array(String)})
                AND hasAny(arrayMap((type, authority, value) -> concat(type, '|', authority, '|', value), key_types, key_authorities, key_values), {keys:Array(String)}))
            OR hasAny([interchange_control, group_control, set_control], [{searched:String}]) OR correlation_id = {searched:String})
        AND ({all_facilities:UInt8} OR edi_documents.facility_id IN {facilities:Array(String)} OR edi_documents.facility_id = '')
),
told AS
(
    SELECT
        toDateTime64(documents.time, 6, 'UTC') AS time,
        'edi_document' AS kind,
        toString(documents.interface_id) AS where,
        concat(documents.set_id, ' ', documents.set_control, ' of interchange ', documents.interchange_control, ' from ', documents.sender, ' to ', documents.receiver,
            if(documents.reason = '', '', concat(', not read: ', documents.reason))) AS what,
        if(documents.reading = 'failed', 'failed', 'reached') AS outcome,
        toString(documents.facility_id) AS facility_id,
        documents.correlation_id AS correlation_id
    FROM documents
    UNION ALL
    SELECT DISTINCT
        toDateTime64(answers.time, 6, 'UTC') AS time,
        'edi_acknowledgement' AS kind,
        toString(answers.interface_id) AS where,
        answers.message AS what,
        if(answers.verdict = 'rejected', 'failed', 'reached') AS outcome,
        toString(answered.facility_id) AS facility_id,
        answers.correlation_id AS correlation_id
    FROM edi_acknowledgements AS answers
    INNER JOIN (SELECT arrayJoin([interchange_key, group_key, set_key]) AS about, facility_id, time FROM documents) AS answered
        ON answered.about = answers.acknowledges
    WHERE answers.acknowledges IN (SELECT arrayJoin([interchange_key, group_key, set_key]) FROM documents)
        AND answers.acknowledges != '' AND answers.time >= answered.time - INTERVAL 1 DAY AND answers.time < answered.time + INTERVAL 45 DAY
)
SELECT *
FROM (SELECT *, toUnixTimestamp64Micro(told.time) AS moment, concat(told.kind, ' ', hex(sipHash64(where, what, facility_id, correlation_id))) AS identity, count() OVER () AS total FROM told)
WHERE (moment, identity) < ({before:Int64}, {before_identity:String})
ORDER BY moment DESC, identity DESC
LIMIT {limit:UInt32}
