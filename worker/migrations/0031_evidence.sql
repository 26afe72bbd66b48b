-- Evidence binds every field of a row: shared/trail/leaves.ts and bound.ts have the hashes. Columns are only added, and an
-- older Worker goes on writing without them: its rows are bound as far as its own payloads bind them.

-- dials, one more: `code`, by which a verification names the column that was altered. `salt_high` and `salt_low` are from
-- now on the seed of the fields' salts, and the trail's row commits to each field of the dial, its texts included. Null:
-- from before, or by an older Worker: the trail's row commits to what `dial_payloads` says, and to nothing else of it.
-- Kept: as the dial, policy retention.dialMonths.
ALTER TABLE dials ADD COLUMN code INTEGER;

-- dial_payloads: as it was, for dials without a code: the trail's row of any other is about no payload, but about its
-- fields. Nothing is stored.
DROP VIEW dial_payloads;
CREATE VIEW dial_payloads AS
  SELECT num, printf('%016x%016x', salt_high, salt_low) AS salt, IIF(layer IS NULL,
    json_object(
      'number', '+' || number,
      'verdict', '["clear","caution","blocked","unknown"]' ->> verdict,
      'workerVerdict', '["clear","caution","blocked","unknown"]' ->> worker_verdict),
    json_object(
      'layer', '["page","protocol","browser","server"]' ->> layer,
      'medium', '["call","message"]' ->> medium,
      'number', '+' || number,
      'recordNumber', '+' || record_number,
      'sighting', CAST(sighting AS TEXT),
      'verdict', '["clear","caution","blocked","unknown"]' ->> verdict,
      'via', via,
      'workerVerdict', '["clear","caution","blocked","unknown"]' ->> worker_verdict,
      'written', IIF(written = '' AND number IS NOT NULL, '+' || number, written))) AS payload
  FROM dials WHERE salt_high IS NOT NULL AND code IS NULL;

-- dial_said: what the trail's readers are told of a dial whose every field is bound. Nothing is stored.
CREATE VIEW dial_said AS
  SELECT num, json_object(
    'layer', '["page","protocol","browser","server"]' ->> layer,
    'medium', '["call","message"]' ->> medium,
    'number', '+' || number,
    'recordNumber', '+' || record_number,
    'sighting', CAST(sighting AS TEXT),
    'verdict', '["clear","caution","blocked","unknown"]' ->> verdict,
    'via', via,
    'workerVerdict', '["clear","caution","blocked","unknown"]' ->> worker_verdict,
    'written', IIF(written = '' AND number IS NOT NULL, '+' || number, written)) AS payload
  FROM dials WHERE code IS NOT NULL;

-- policies, three more: `salt_high` and `salt_low`, the seed of its fields' salts, and `code`, as dials have them. Null: from
-- before, or by an older Worker: nothing binds the row. Kept: always, as the policy.
ALTER TABLE policies ADD COLUMN salt_high INTEGER;
ALTER TABLE policies ADD COLUMN salt_low INTEGER;
ALTER TABLE policies ADD COLUMN code INTEGER;

-- certificates, three more: as policies have them. Null: from before, or by an older Worker: nothing binds the row but the
-- commitment in the payload of its event. Kept: always, as the certificate.
ALTER TABLE certificates ADD COLUMN salt_high INTEGER;
ALTER TABLE certificates ADD COLUMN salt_low INTEGER;
ALTER TABLE certificates ADD COLUMN code INTEGER;

-- certificates, one further: `was`, whether the object was still there just before it was erased; null where it was not, but
-- an earlier try may have erased it, and from before. Kept: as the rest of the row.
ALTER TABLE certificates ADD COLUMN was TEXT CHECK (was IN ('there', 'missing'));
