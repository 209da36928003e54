-- What a look at open failures depends on: failures since a time, successes of the objects followed, what stewards did.
SELECT
    (SELECT (count(), max(time)) FROM failures WHERE time >= {since:DateTime64(6,'UTC')}) AS failed,
    (SELECT count() FROM object_successes WHERE interface_id IN {interfaces:Array(String)} AND object IN {objects:Array(String)}) AS succeeded,
    (SELECT count() FROM work_item_events) AS worked
