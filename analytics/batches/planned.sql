-- How many arrivals of each definition are planned in a range.
SELECT toString(e.definition) AS definition, count() AS planned
FROM expected_arrivals AS e FINAL
WHERE definition IN {definitions:Array(String)} AND due >= {start:DateTime64(6,'UTC')} AND due < {end:DateTime64(6,'UTC')}
GROUP BY definition
