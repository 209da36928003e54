-- The calendar of the flow as a look-up: where it opens or closes, and what its reading is from there; negative codes are of closed time.
(
    SELECT arraySort(arrayPushFront(groupArrayArray([toUnixTimestamp64Micro(opened), toUnixTimestamp64Micro(closed)]), toInt64(-1)))
    FROM calendar_openings FINAL
    WHERE calendar_id = {calendar:String} AND revision = {revision:String}
) AS points,
(
    SELECT arrayMap(point -> point.2, arraySort(arrayPushFront(groupArrayArray([
        (toUnixTimestamp64Micro(opened), toUnixTimestamp64Micro(opened) - open_before),
        (toUnixTimestamp64Micro(closed), -1 - (open_before + toUnixTimestamp64Micro(closed) - toUnixTimestamp64Micro(opened)))]),
        (toInt64(-1), toInt64(-1)))))
    FROM calendar_openings FINAL
    WHERE calendar_id = {calendar:String} AND revision = {revision:String}
) AS codes
