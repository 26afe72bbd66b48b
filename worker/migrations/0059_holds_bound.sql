-- Evidence binds legal holds, as 0053 binds facts: whoever altered, took away or put in such a row decided what is erased. Columns are
-- only added, and an older Worker goes on writing without them.

-- recording_holds, six more, as lists have them (0047): `rev` counts the states of a row; `changed_at` is when the last one began,
-- null where it is the first; `past` (JSON) has the roots of the earlier ones; `salt_high`, `salt_low` and `code`. Null: from before,
-- until the first run after the upgrade, or by an older Worker. Kept: as the row.
ALTER TABLE recording_holds ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recording_holds ADD COLUMN changed_at TEXT;
ALTER TABLE recording_holds ADD COLUMN past TEXT;
ALTER TABLE recording_holds ADD COLUMN salt_high INTEGER;
ALTER TABLE recording_holds ADD COLUMN salt_low INTEGER;
ALTER TABLE recording_holds ADD COLUMN code INTEGER;

-- marks, one more: `holds-archived`, which recordings the archived months of the trail leave under a hold, with a code under the
-- Worker's key. Kept: always; without it they are read again.
