SELECT step, seconds
FROM flow_remaining FINAL
WHERE flow = {flow:String} AND definition = {definition:String} AND samples >= {least:UInt32}
