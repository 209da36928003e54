-- The evidence of a flow whose instances are whole keys (an order, an invoice). standing.sql follows.
-- Equal ones count once: insensitive to rows sent twice. A report is its time and its step in one number, so that sorting is cheap.
WITH
told AS
(
    SELECT
        milestones.key AS key,
        milestones.authority AS authority,
        '' AS facility_id,
        '' AS item_id,
        '' AS effective,
        max(milestones.facility_id) AS place,
        max(milestones.supplier_id) AS supplier_id,
        arrayCompact(arraySort(groupArrayIf(toUnixTimestamp64Micro(milestones.time) * 256
            + transform(milestones.milestone, {steps:Array(String)}, {numbers:Array(UInt8)}, 0), milestones.outcome = 'reached'))) AS reports,
        -- Most work is never refused, taken back or amended: such evidence is little. (step, kind, time, received when amended)
        arrayDistinct(groupArrayIf((
            toUInt8(transform(milestones.milestone, {steps:Array(String)}, {numbers:Array(UInt8)}, 0)),
            toUInt8(transform(milestones.outcome, ['failed', 'started', 'retracted', 'amended'], [2, 3, 4, 5], 3)),
            toUnixTimestamp64Micro(milestones.time),
            if(milestones.outcome = 'amended', toUnixTimestamp64Milli(milestones.received), 0)), milestones.outcome != 'reached')) AS others,
        max(milestones.received) AS newest_received
    FROM /*evidence*/ AS milestones
    WHERE milestones.flow = {flow:String}
        AND /*which*/
        AND milestones.milestone IN {steps:Array(String)}
        AND milestones.time >= toDateTime64(0, 6, 'UTC')
        AND milestones.time <= milestones.received + INTERVAL 1 DAY
    GROUP BY key, authority
),
