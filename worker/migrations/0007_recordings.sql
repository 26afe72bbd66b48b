-- The register of call recordings: where each one lies, until when, and the proof that it is gone.

-- recordings: one row a recording. The audio lies with a provider or in a store of ours, never here. `ref` is SHA-256
-- of provider and provider's id, so that one recording is one row however often it is reported, also after its erasure.
-- `number` and `direction` are null where nobody knows them. `started_on` is the day of the call where the policy is. `store` and
-- `object` say where the audio is; `region` is the configured store's when the recording was reported, ZZ where it
-- cannot be told. One that lies outside the policy's regions is quarantined: nobody can open it. `flag` (JSON) holds the
-- reasons for which the number was blocked at the time, where no override is on record. `erase_after` is the day on which
-- it is erased, by `rule`: policy's months (`months`), policy's choice for what lies outside its regions, or a person's
-- hand (`why`). `claim` names the run that erases it, `due` when the next try is; `not_before` is what the provider said
-- of when it can erase, `failures` how often it could not, `error` why the last time.
-- Kept: until `erase_after`, longer under a hold. Then everything that is about the call is taken out of the row; `id`,
-- `provider`, `ref`, `store`, `region`, the dates and the rule stay with the certificate, always.
CREATE TABLE recordings (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  ref TEXT NOT NULL UNIQUE,
  provider_id TEXT,
  number INTEGER,
  agent TEXT,
  direction TEXT CHECK (direction IN ('inbound', 'outbound')),
  started_at TEXT,
  started_on TEXT,
  seconds INTEGER,
  store TEXT NOT NULL CHECK (store IN ('r2', 's3', 'twilio', 'aircall')),
  object TEXT,
  region TEXT NOT NULL,
  bytes INTEGER,
  sha256 TEXT,
  announced INTEGER CHECK (announced IN (0, 1)),
  purpose TEXT,
  flag TEXT,
  state TEXT NOT NULL DEFAULT 'kept' CHECK (state IN ('kept', 'erasing', 'erased')),
  erase_after TEXT NOT NULL,
  rule TEXT NOT NULL CHECK (rule IN ('retention', 'outside-regions', 'hand')),
  months INTEGER NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  claim TEXT,
  due TEXT,
  not_before TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  CHECK (state <> 'erased' OR COALESCE(provider_id, number, agent, direction, started_at, started_on, seconds, object,
    bytes, sha256, announced, purpose, flag) IS NULL),
  CHECK (state = 'erased' OR (provider_id IS NOT NULL AND started_at IS NOT NULL AND object IS NOT NULL))
);
-- Two rows of one object: the erasure of one would take the other's audio, a held one's too.
CREATE UNIQUE INDEX recordings_object ON recordings (store, object) WHERE state <> 'erased';
CREATE INDEX recordings_started ON recordings (started_at, id) WHERE state <> 'erased';
CREATE INDEX recordings_number ON recordings (number, started_at, id) WHERE state <> 'erased';
CREATE INDEX recordings_agent ON recordings (agent, started_at, id) WHERE state <> 'erased';
CREATE INDEX recordings_erase ON recordings (erase_after, id) WHERE state <> 'erased';

-- recording_holds: a recording that is needed for a claim or a dispute is not erased while a legal hold on it applies. Who asked
-- for it, why, and the day on which it is looked at again. One live hold a recording.
-- Kept: while it applies, and 24 months after it was released.
CREATE TABLE recording_holds (
  id TEXT PRIMARY KEY,
  recording TEXT NOT NULL REFERENCES recordings (id),
  reason TEXT NOT NULL,
  review_on TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  released_at TEXT,
  released_by TEXT,
  released_why TEXT
);
CREATE UNIQUE INDEX recording_holds_live ON recording_holds (recording) WHERE released_at IS NULL;
CREATE INDEX recording_holds_recording ON recording_holds (recording);

-- Nothing under a hold is erased, and nothing that is being erased comes under one, whatever the statement.
CREATE TRIGGER recordings_held BEFORE UPDATE ON recordings
WHEN NEW.state <> 'kept' AND EXISTS (
  SELECT 1 FROM recording_holds h WHERE h.recording = NEW.id AND h.released_at IS NULL
)
BEGIN
  SELECT RAISE(ABORT, 'recording_held');
END;
CREATE TRIGGER recording_holds_kept BEFORE INSERT ON recording_holds
WHEN (SELECT state FROM recordings WHERE id = NEW.recording) IS NOT 'kept'
BEGIN
  SELECT RAISE(ABORT, 'recording_erasing');
END;
-- What is erased stays so, and a row is never taken away.
CREATE TRIGGER recordings_erased BEFORE UPDATE ON recordings WHEN OLD.state = 'erased'
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;
CREATE TRIGGER recordings_no_delete BEFORE DELETE ON recordings
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;

-- certificates: that a recording was erased: where, by which rule and why, and when the store, asked once more, had nothing
-- left of it. `commitment` is SHA-256(salt || the register's row as JSON, as it was before); the salt is in
-- the payload of the audit row `recording.erased` and is erased with it: from then on nobody can try numbers against it.
-- No personal data. Kept: always.
CREATE TABLE certificates (
  recording TEXT PRIMARY KEY REFERENCES recordings (id),
  provider TEXT NOT NULL,
  store TEXT NOT NULL,
  region TEXT NOT NULL,
  erase_after TEXT NOT NULL,
  rule TEXT NOT NULL,
  months INTEGER NOT NULL,
  why TEXT NOT NULL,
  erased_at TEXT NOT NULL,
  commitment TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX certificates_erased ON certificates (erased_at, recording);
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
