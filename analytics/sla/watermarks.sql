SELECT job, watermark
FROM job_progress FINAL
WHERE startsWith(job, 'sla:')
