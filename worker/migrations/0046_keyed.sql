-- The trail's rows carry a code under a key of the Worker, which is not in this database: who owns the database can append
-- rows that hash, but none with this code. Columns are only added, and an older Worker goes on writing rows without it.

-- audit, one more: `mac`, HMAC-SHA256 over the row's hash under AUDIT_KEY (core/audit-key.ts), its first 16 bytes in hex. It is
-- not part of the hash. Null: from before, by an older Worker, or by one without a key. Kept: as the row, here or archived.
ALTER TABLE audit ADD COLUMN mac TEXT;

-- audit_archives, one more: `macs`, 1 where the object has each row's code. Null: from before. Kept: always, as the row.
ALTER TABLE audit_archives ADD COLUMN macs INTEGER CHECK (macs = 1);
-- An older Worker would archive rows without their codes: under it they wait in the database for the next upgrade.
CREATE TRIGGER audit_archives_macs BEFORE INSERT ON audit_archives
WHEN NEW.macs IS NULL
  AND EXISTS (SELECT 1 FROM audit WHERE seq BETWEEN NEW.first_seq AND NEW.last_seq AND mac IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'audit_archive_macs');
END;
