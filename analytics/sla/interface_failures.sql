-- What failed on an interface around a moment: the most frequent class and the newest correlation ids.
SELECT
    topKIf(1)(toString(failure_class), failure_class != '') AS classes,
    groupUniqArrayIf(20)(correlation_id, correlation_id != '') AS correlations
FROM current_failures AS failures
WHERE interface_id = {interface:String} AND time >= {start:DateTime64(6, 'UTC')} AND time < {end:DateTime64(6, 'UTC')}
