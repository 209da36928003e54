SELECT toString(changed.flow) AS flow, max(changed.received) AS received
FROM current_milestones AS changed
WHERE changed.received > {since:DateTime64(3,'UTC')}
GROUP BY flow
