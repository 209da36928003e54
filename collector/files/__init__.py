"""Files that hold telemetry: readers by kind, folders watched for them, and the same files sent over HTTP."""
