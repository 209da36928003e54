SELECT
    {start:DateTime64(6,'UTC')} + toIntervalSecond(intDiv(dateDiff('second', {start:DateTime64(6,'UTC')}, minute), {step:Int64}) * {step:Int64}) AS time,
    sum(o.spans) AS spans,
    sum(o.errors) AS errors
FROM operations_per_minute AS o
WHERE minute >= {start:DateTime64(6,'UTC')} AND minute < {end:DateTime64(6,'UTC')}
    AND ({interface:String} = '' OR interface_id = {interface:String})
    AND ({all_facilities:UInt8} OR facility_id IN {facilities:Array(String)} OR facility_id = '')
GROUP BY time
ORDER BY time
