-- Collectors seen in the last ten minutes, each as it last reported.
SELECT collector_id, node, rules, refusing, sequence, seen
FROM collectors FINAL
WHERE seen > now() - INTERVAL 10 MINUTE
ORDER BY collector_id
