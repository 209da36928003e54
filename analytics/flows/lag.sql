SELECT
    flow_progress.flow AS flow,
    flow_progress.definition AS definition,
    flow_progress.watermark AS watermark,
    flow_progress.passing AS passing,
    flow_progress.after_key AS after_key,
    flow_progress.recorded AS recorded
FROM flow_progress FINAL
