SELECT
    audience, week, edition, time AS made, toDateTime64(watermark, 6, 'UTC') AS watermark, configuration, actor AS reason, summary AS headline
FROM report_events
WHERE kind = 'edition' AND ({audience:String} = '' OR audience = {audience:String}) AND ({week:String} = '' OR week = {week:String})
ORDER BY week DESC, audience, edition DESC
LIMIT {limit:UInt32}
