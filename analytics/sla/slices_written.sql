SELECT count() AS slices
FROM sli_slices
WHERE measured = {stamp:DateTime64(3, 'UTC')}
