SELECT payload FROM report_events
WHERE kind = 'edition' AND audience = {audience:String} AND week = {week:String}
    AND ({edition:UInt32} = 0 OR edition = {edition:UInt32})
ORDER BY edition DESC
LIMIT 1
