SELECT flow, definition, watermark, after_key, passing, begun, instances, recorded
FROM flow_progress FINAL
