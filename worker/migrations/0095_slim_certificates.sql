-- A certificate of erasure repeats what the row that the erasure leaves keeps always, and is kept as long: it moves into that row.
-- Those of before move by slices of the clock's (moveCertificates of worker/recordings/certificates/written.ts), while the Worker works.

-- recordings, six more, of one that is erased. `certified`: its certificate's `erased_at`, in milliseconds. `commit_a` to `commit_d`:
-- the 32 bytes of its commitment, as integers. `was`: 1 for `there`, 0 for `missing`. From then on `salt_high`, `salt_low` and `code` bind the certificate: what
-- bound the recording goes with it, so that nobody can try numbers against the trail. Null: it is not erased, or its certificate is
-- in certificates_apart. Kept: always, as the row.
ALTER TABLE recordings ADD COLUMN certified INTEGER;
ALTER TABLE recordings ADD COLUMN commit_a INTEGER;
ALTER TABLE recordings ADD COLUMN commit_b INTEGER;
ALTER TABLE recordings ADD COLUMN commit_c INTEGER;
ALTER TABLE recordings ADD COLUMN commit_d INTEGER;
ALTER TABLE recordings ADD COLUMN was INTEGER;
CREATE INDEX recordings_certified ON recordings (certified) WHERE certified IS NOT NULL;

-- marks, one more: `certificates-moved`: how far those of before have moved. Kept: always.

-- certificates_apart: the certificates that say more than such a row can: an officer's words, or another value than the row's; and
-- those of before until their turn. As `certificates` was (0007, 0031, 0048). Kept: always.
DROP TRIGGER certificates_no_update;
DROP TRIGGER certificates_no_delete;
ALTER TABLE certificates RENAME TO certificates_apart;
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates_apart
WHEN NEW.why <> '' OR OLD.why = '' OR NEW.recording IS NOT OLD.recording OR NEW.provider IS NOT OLD.provider
  OR NEW.store IS NOT OLD.store OR NEW.region IS NOT OLD.region OR NEW.erase_after IS NOT OLD.erase_after
  OR NEW.rule IS NOT OLD.rule OR NEW.months IS NOT OLD.months OR NEW.erased_at IS NOT OLD.erased_at
  OR NEW.commitment IS NOT OLD.commitment OR NEW.was IS NOT OLD.was OR NEW.code IS NOT OLD.code
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

-- An erased row takes its certificate once, and changes in nothing else.
DROP TRIGGER recordings_erased;
CREATE TRIGGER recordings_erased BEFORE UPDATE ON recordings
WHEN OLD.state = 'erased' AND (OLD.certified IS NOT NULL OR NEW.certified IS NULL OR NEW.state <> 'erased' OR NEW.id IS NOT OLD.id
  OR NEW.provider IS NOT OLD.provider OR NEW.ref IS NOT OLD.ref OR NEW.store IS NOT OLD.store OR NEW.region IS NOT OLD.region
  OR NEW.erase_after IS NOT OLD.erase_after OR NEW.rule IS NOT OLD.rule OR NEW.months IS NOT OLD.months OR NEW.why IS NOT OLD.why
  OR NEW.by IS NOT OLD.by OR NEW.at IS NOT OLD.at)
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;

-- certificates: that a recording was erased: where, by which rule and why, and when the store, asked once more, had nothing left of
-- it; letter by letter as it was written, wherever it lies. `moment` is `erased_at` in milliseconds, by which both are found in
-- order. Nothing is stored.
CREATE VIEW certificates AS
  SELECT recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, salt_high, salt_low, code, was,
    erased, CAST(round(unixepoch(erased_at, 'subsec') * 1000) AS INTEGER) AS moment
  FROM certificates_apart c
  -- A recording has one: nobody adds another to that in its row.
  WHERE NOT EXISTS (SELECT 1 FROM recordings r WHERE r.id = c.recording AND r.certified IS NOT NULL)
  UNION ALL
  -- Of the same types, or SQLite reads all to find one.
  SELECT id, provider, store, region, erase_after, rule, months, CAST('' AS TEXT),
    CAST(strftime('%Y-%m-%dT%H:%M:%fZ', certified / 1000.0, 'unixepoch') AS TEXT),
    CAST(printf('%016x%016x%016x%016x', commit_a, commit_b, commit_c, commit_d) AS TEXT), salt_high, salt_low, code,
    CAST('["missing","there"]' ->> was AS TEXT), CAST(NULL AS TEXT), certified
  FROM recordings WHERE certified IS NOT NULL;

-- A new one goes into its recording's row where that says the same; whether either is bound shows by one `code`. Else apart.
CREATE TRIGGER certificates_put INSTEAD OF INSERT ON certificates
BEGIN
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: certificates.recording')
  WHERE EXISTS (SELECT 1 FROM certificates WHERE recording = NEW.recording);
  UPDATE recordings SET certified = CAST(round(unixepoch(NEW.erased_at, 'subsec') * 1000) AS INTEGER),
    commit_a = (('0x' || substr(NEW.commitment, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 9, 8)) ->> '$'),
    commit_b = (('0x' || substr(NEW.commitment, 17, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 25, 8)) ->> '$'),
    commit_c = (('0x' || substr(NEW.commitment, 33, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 41, 8)) ->> '$'),
    commit_d = (('0x' || substr(NEW.commitment, 49, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 57, 8)) ->> '$'),
    was = NEW.was = 'there', salt_high = NEW.salt_high, salt_low = NEW.salt_low, code = NEW.code
  WHERE id = NEW.recording AND certified IS NULL AND NEW.why = '' AND NEW.erased IS NULL AND (code IS NULL) = (NEW.code IS NULL)
    AND provider = NEW.provider AND store = NEW.store AND region = NEW.region AND erase_after = NEW.erase_after AND rule = NEW.rule
    AND months = NEW.months AND typeof(NEW.months) = 'integer'
    AND length(NEW.commitment) = 64 AND NEW.commitment NOT GLOB '*[^0-9a-f]*'
    AND strftime('%Y-%m-%dT%H:%M:%fZ', CAST(round(unixepoch(NEW.erased_at, 'subsec') * 1000) AS INTEGER) / 1000.0, 'unixepoch')
      = NEW.erased_at;
  INSERT INTO certificates_apart (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment,
    salt_high, salt_low, code, was, erased)
  SELECT NEW.recording, NEW.provider, NEW.store, NEW.region, NEW.erase_after, NEW.rule, NEW.months, NEW.why, NEW.erased_at,
    NEW.commitment, NEW.salt_high, NEW.salt_low, NEW.code, NEW.was, NEW.erased
  WHERE NOT EXISTS (SELECT 1 FROM recordings WHERE id = NEW.recording AND certified IS NOT NULL);
END;
-- What leaves certificates_apart arrives where a new one would: in its recording's row, or apart again.
CREATE TRIGGER certificates_move AFTER DELETE ON certificates_apart
BEGIN
  INSERT INTO certificates (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, salt_high,
    salt_low, code, was, erased)
  VALUES (OLD.recording, OLD.provider, OLD.store, OLD.region, OLD.erase_after, OLD.rule, OLD.months, OLD.why, OLD.erased_at,
    OLD.commitment, OLD.salt_high, OLD.salt_low, OLD.code, OLD.was, OLD.erased);
END;
-- Of a certificate only an officer's words can go, with the seed: an UPDATE FROM gives a view's triggers no other columns.
CREATE TRIGGER certificates_words INSTEAD OF UPDATE ON certificates
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only') WHERE NOT EXISTS (SELECT 1 FROM certificates_apart WHERE recording = OLD.recording);
  UPDATE certificates_apart SET why = NEW.why, erased = NEW.erased, salt_high = NEW.salt_high, salt_low = NEW.salt_low
  WHERE recording = OLD.recording;
END;
CREATE TRIGGER certificates_no_change
INSTEAD OF UPDATE OF recording, provider, store, region, erase_after, rule, months, erased_at, commitment, code, was, moment
ON certificates
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
CREATE TRIGGER certificates_stay INSTEAD OF DELETE ON certificates
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
