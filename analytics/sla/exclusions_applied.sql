SELECT sla_id, start, end, exclusion_id, name, party, active, recorded
FROM sla_exclusions FINAL
WHERE end > toDateTime({start:DateTime64(6, 'UTC')}) AND start < toDateTime({end:DateTime64(6, 'UTC')})
