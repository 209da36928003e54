-- One above the highest sequence of what rules read; 0 where there is nothing.
SELECT max(above) AS cut
FROM
(
    SELECT if(count() = 0, 0, max(sequence) + 1) AS above FROM spans
    UNION ALL
    SELECT if(count() = 0, 0, max(sequence) + 1) AS above FROM batch_rejects
    UNION ALL
    SELECT if(count() = 0, 0, max(sequence) + 1) AS above FROM failure_reports
)
