(
    -- Items and facilities under the name we use, as crosswalks in force at the time say: of the milestone's own supplier first, else
    -- when all agree. A name they disagree about stays as it was reported.
    SELECT told.* REPLACE (
        if(length(arrayDistinct(arrayMap(way -> way.1, if(arrayExists(way -> way.2 = told.supplier_id, arrayFilter(way -> toDate32(told.time) BETWEEN way.3 AND way.4, items.ways) AS known_items),
            arrayFilter(way -> way.2 = told.supplier_id, known_items), known_items))) AS item_names) = 1, item_names[1], told.item_id) AS item_id,
        if(length(arrayDistinct(arrayMap(way -> way.1, arrayFilter(way -> toDate32(told.time) BETWEEN way.3 AND way.4, places.ways))) AS place_names) = 1,
            place_names[1], toString(told.facility_id)) AS facility_id)
    FROM (SELECT * FROM current_milestones AS milestones WHERE milestones.flow = {flow:String} AND /*which*/) AS told
    LEFT ANY JOIN
    (
        SELECT other_value, groupArray((value, toString(other_authority), ifNull(valid_from, toDate32('1900-01-01')), ifNull(valid_to, toDate32('2299-12-31')))) AS ways
        FROM crosswalks FINAL
        WHERE key_type = 'item' AND withdrawn = 0
        GROUP BY other_value
    ) AS items ON items.other_value = told.item_id
    LEFT ANY JOIN
    (
        SELECT other_value, groupArray((value, toString(other_authority), ifNull(valid_from, toDate32('1900-01-01')), ifNull(valid_to, toDate32('2299-12-31')))) AS ways
        FROM crosswalks FINAL
        WHERE key_type = 'facility' AND withdrawn = 0
        GROUP BY other_value
    ) AS places ON places.other_value = toString(told.facility_id)
)
