SELECT kind, edition, summary FROM report_events WHERE command_id = {command_id:String} ORDER BY time
