SELECT max(run) AS run
FROM sli_touched
