-- Names and numbers of suppliers or items told in milestones received in (since, until]. A name counts without legal forms,
-- case and punctuation, a number without punctuation and leading zeros.
INSERT INTO master_records (master, id, system, scheme, value, shown, first_seen, last_seen, received)
SELECT {master:String} AS master, id, system, told.1 AS scheme, told.2 AS value, told.3 AS shown, min(at) AS first_seen, max(at) AS last_seen, max(heard) AS received
FROM
(
    SELECT
        multiIf(m.flow IN {flows:Array(String)}, m.key, {master:String} = 'supplier', m.supplier_id, m.item_id) AS id,
        {systems:Array(String)}[indexOf({interfaces:Array(String)}, toString(m.interface_id))] AS known_system,
        multiIf(known_system != '', known_system, m.interface_id != '', toString(m.interface_id), toString(m.source)) AS system,
        m.time AS at,
        m.received AS heard,
        arrayJoin(arrayFilter(t -> t.2 != '', arrayMap((scheme, attribute) -> (
            scheme,
            if(scheme = '',
                arrayStringConcat(arrayFilter(w -> w != '' AND w NOT IN ('INC', 'INCORPORATED', 'LLC', 'LTD', 'LIMITED', 'CORP', 'CORPORATION',
                    'CO', 'COMPANY', 'GMBH', 'AG', 'SA', 'BV', 'PLC', 'LP', 'LLP', 'THE', 'AND'),
                    splitByChar(' ', replaceRegexpAll(upperUTF8(m.attributes[attribute]), '[^\\p{L}\\p{N}]+', ' '))), ' '),
                replaceRegexpOne(upper(replaceRegexpAll(m.attributes[attribute], '[^0-9A-Za-z]', '')), '^0+', '')),
            m.attributes[attribute]), {schemes:Array(String)}, {attributes:Array(String)}))) AS told
    FROM current_milestones AS m
    WHERE m.received > {since:DateTime64(3,'UTC')} AND m.received <= {until:DateTime64(3,'UTC')}
        AND hasAny(mapKeys(m.attributes), {attributes:Array(String)})
)
WHERE id != ''
GROUP BY id, system, scheme, value, shown
