-- A verdict that somebody overwrote in the CRM is written again within the minute, once a day at most.

-- connector_records, one more column. `again_at`: when ClearDial last wrote its fields again because somebody had overwritten them there
-- (ISO 8601); null: never. Kept: as the row. An earlier Worker leaves it alone, and writes again at its next run.
ALTER TABLE connector_records ADD COLUMN again_at TEXT;

-- connector_changes, two more columns, of records whose fields were overwritten again within a day of that: how many the last reading
-- found that found some, and when (ISO 8601). Kept: as the row. An earlier Worker does not look at them.
ALTER TABLE connector_changes ADD COLUMN contested INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connector_changes ADD COLUMN contested_at TEXT;
