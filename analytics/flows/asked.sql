-- The instances of a flow alive in [start, end) as they stood at the end.
-- What is stored says how they stand by all evidence.
WITH
{start_us:Int64} AS start_us,
{end_us:Int64} AS end_us,
asked AS
(
    SELECT *
    FROM flow_instances FINAL
    WHERE flow = {flow:String} AND definition = {definition:String}
        AND earliest < end_us AND earliest > 0
        AND (completed_at = 0 OR completed_at >= start_us) AND (ended_at = 0 OR ended_at >= start_us)
        AND (NOT {unfinished:UInt8} OR completed_at = 0 OR newest_at >= end_us)
        AND ({all_facilities:UInt8} OR place IN {facilities:Array(String)} OR place = '')
),
