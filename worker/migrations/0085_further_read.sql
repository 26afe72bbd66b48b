-- When a record's further numbers were read.

-- connector_records, one more column. `read_at`: when `further` was read from the CRM (milliseconds since 1970); NULL in rows of before,
-- which are read again. A CRM may change a record without telling, so what was read is kept for some days only. An earlier Worker
-- leaves it alone. Kept: as the row.
ALTER TABLE connector_records ADD COLUMN read_at INTEGER;
