-- As 0010 for the tables that were made anew by generations: a part of one INSERT is one file until it is merged.
ALTER TABLE milestones MODIFY SETTING min_bytes_for_wide_part = 134217728;

ALTER TABLE failures MODIFY SETTING min_bytes_for_wide_part = 134217728;
