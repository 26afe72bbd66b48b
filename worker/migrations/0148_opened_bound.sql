-- Evidence binds when a copy was opened first. An older Worker goes on writing it without what binds it.

-- request_files, three more: `opened_high`, `opened_low` and `opened_code`, as lists have their own (0047), from the first opening on, also of
-- a part of a copy (`opened_at` was of copies in one file alone). Null: not opened; or from before, until the first run after the upgrade, or
-- by an older Worker. Kept: as the row.
ALTER TABLE request_files ADD COLUMN opened_high INTEGER;
ALTER TABLE request_files ADD COLUMN opened_low INTEGER;
ALTER TABLE request_files ADD COLUMN opened_code INTEGER;
