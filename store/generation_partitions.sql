-- Generations whose rows lie in the tables that rules fill.
SELECT DISTINCT table, toUInt32(partition) AS generation
FROM system.parts
WHERE database = currentDatabase() AND table IN ('milestones', 'failures') AND active
ORDER BY table, generation
