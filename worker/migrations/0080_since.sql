-- connector_numbers, one more column. `since`: when a run first found the number in that field of that record. NULL: before this
-- was kept, or by an earlier Worker, which does not say it. Kept: as the row.
ALTER TABLE connector_numbers ADD COLUMN since TEXT;
