-- Spans that failed, received in (since, until], of which an error log had already been reported.
INSERT INTO logs_of_failed_spans (trace_id, span_id, received)
SELECT DISTINCT f.trace_id, f.span_id, {now:DateTime64(3,'UTC')} AS received
FROM current_failures AS f
WHERE f.source = 'span' AND f.received > {since:DateTime64(3,'UTC')} AND f.received <= {until:DateTime64(3,'UTC')}
    AND (f.trace_id, f.span_id) IN (
        SELECT l.trace_id, l.span_id FROM failures AS l
        WHERE l.source = 'log' AND l.trace_id != toFixedString('', 16) AND l.received > {since:DateTime64(3,'UTC')} - INTERVAL 2 DAY)
    AND (f.trace_id, f.span_id) NOT IN (SELECT k.trace_id, k.span_id FROM logs_of_failed_spans AS k)
