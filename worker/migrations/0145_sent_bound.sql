-- Evidence binds what was sent to whom, row by row. An older Worker goes on counting, and binds nothing.

-- disclosures, three more columns: a row is bound by the statement of its day, once that is over, and counts no more. Null: its day has no
-- statement yet; or from before, until the first run after the upgrade, or by an older Worker. Kept: as the row.
ALTER TABLE disclosures ADD COLUMN salt_high INTEGER;
ALTER TABLE disclosures ADD COLUMN salt_low INTEGER;
ALTER TABLE disclosures ADD COLUMN code INTEGER;
