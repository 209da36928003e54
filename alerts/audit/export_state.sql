-- Since when a target is told, and up to where it was; no row before its first turn.
SELECT since, at FROM audit_exports FINAL WHERE target = {target:String} AND event_id = ''
