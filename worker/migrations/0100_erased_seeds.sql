-- What bound a recording goes with it where its certificate stays apart, too, as with an officer's words (0095): its seed is emptied, so
-- that nobody can try numbers against the trail.

-- An erased row takes its certificate once, or loses its seed where that stays apart, and changes in nothing else.
DROP TRIGGER IF EXISTS recordings_erased;
CREATE TRIGGER recordings_erased BEFORE UPDATE ON recordings
WHEN OLD.state = 'erased' AND (OLD.certified IS NOT NULL OR NEW.state <> 'erased' OR NEW.id IS NOT OLD.id
  OR (NEW.certified IS NULL AND ((OLD.salt_high IS 0 AND OLD.salt_low IS 0)
    OR NEW.salt_high IS NOT 0 OR NEW.salt_low IS NOT 0 OR NEW.code IS NOT OLD.code))
  OR NEW.provider IS NOT OLD.provider OR NEW.ref IS NOT OLD.ref OR NEW.store IS NOT OLD.store OR NEW.region IS NOT OLD.region
  OR NEW.erase_after IS NOT OLD.erase_after OR NEW.rule IS NOT OLD.rule OR NEW.months IS NOT OLD.months OR NEW.why IS NOT OLD.why
  OR NEW.by IS NOT OLD.by OR NEW.at IS NOT OLD.at)
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;

-- As in 0095; and the seed of a recording whose certificate goes apart is emptied as it is written.
DROP TRIGGER IF EXISTS certificates_put;
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
  UPDATE recordings SET salt_high = 0, salt_low = 0
  WHERE id = NEW.recording AND state = 'erasing' AND code IS NOT NULL AND certified IS NULL;
END;

-- Those of before that stay apart. moveCertificates empties others that turn out to, as they get their turn.
UPDATE recordings SET salt_high = 0, salt_low = 0
WHERE id IN (SELECT recording FROM certificates_apart WHERE why <> '' OR erased IS NOT NULL)
  AND state = 'erased' AND certified IS NULL AND code IS NOT NULL AND (salt_high <> 0 OR salt_low <> 0);

-- marks, one more: `withdrawals-closed`: up to which consent, by its id, those that were withdrawn before that closed anything have
-- closed their numbers (worker/jobs/withdrawn.ts). Kept: always.
