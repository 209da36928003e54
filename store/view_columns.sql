SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {view:String} ORDER BY position
