SELECT
    multiIf({by:String} = 'class', episodes.failure_class, {by:String} = 'interface', episodes.interface_id,
        {by:String} = 'facility', episodes.facility_id, '') AS group,
    toUInt64(count()) AS episodes,
    toUInt64(countIf(episodes.resolved_by != '')) AS resolved,
    toUInt64(uniqExact(episodes.work_item, episodes.facility_id)) AS objects,
    toUInt64(uniqExactIf((episodes.work_item, episodes.facility_id), episodes.number > 1)) AS objects_again,
    toUInt64(countIf(episodes.number > 1)) AS recurrences,
    toUInt64(countIf(episodes.reopened)) AS reopened,
    avg(episodes.seconds_to_detect) AS mean_seconds_to_detect,
    avgOrNull(episodes.seconds_to_resolve) AS mean_seconds_to_resolve,
    quantileExactInclusiveOrNull(0.5)(episodes.seconds_to_resolve) AS median_seconds_to_resolve,
    toUInt64(countIf(episodes.resolved_by = 'success')) AS resolved_by_success,
    toUInt64(countIf(episodes.resolved_by = 'steward')) AS resolved_by_stewards,
    toUInt64(countIf(episodes.resolved_by = 'quiet')) AS resolved_by_quiet
FROM episodes
GROUP BY group
ORDER BY episodes DESC, group
