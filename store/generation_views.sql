-- Views of rules, of whichever generation.
SELECT name
FROM system.tables
WHERE database = currentDatabase() AND engine = 'MaterializedView' AND match(name, '^(milestones|failures)_from_[a-z_]+_[0-9]+$')
ORDER BY name
