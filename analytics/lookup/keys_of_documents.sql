-- Keys that X12 documents tie to some values, or to control numbers. A value of more than 50 documents is not followed.
WITH
found AS
(
    SELECT DISTINCT
        source_id, key_types, key_authorities, key_values,
        arrayJoin(arrayFilter(v -> v IN {values:Array(String)},
            if({numbers:UInt8}, arrayConcat(key_values, [interchange_control, group_control, set_control, correlation_id]), key_values))) AS by
    FROM edi_documents
    WHERE (hasAny(key_values, {values:Array(String)})
            OR ({numbers:UInt8} AND (hasAny([interchange_control, group_control, set_control], {values:Array(String)}) OR correlation_id IN {values:Array(String)})))
        AND ({all_facilities:UInt8} OR edi_documents.facility_id IN {facilities:Array(String)} OR edi_documents.facility_id = '')
)
SELECT DISTINCT found_key.1 AS key_type, found_key.2 AS authority, found_key.3 AS value
FROM (SELECT *, count() OVER (PARTITION BY by) AS documents FROM found)
ARRAY JOIN arrayZip(key_types, key_authorities, key_values) AS found_key
WHERE documents <= 50 OR found_key.3 = by
ORDER BY key_type, authority, value
LIMIT 200
