-- Evidence binds what verdicts rest on besides registers, entries and consents, as 0045 and 0047 began it: whose line a number is, the
-- answers of sources, since when a register is by lookup, each use of a consent, and what an erasure left as a proof alone. Columns
-- are only added, and an older Worker goes on writing without them.

-- parties and consent_uses, six more each, as lists have them (0047): `rev` counts the states of a row; `changed_at` is when the
-- last one began, null where it is the first; `past` (JSON) has the roots of the earlier ones; `salt_high`, `salt_low` and `code`.
-- Null: from before, until the first runs after the upgrade, or by an older Worker. Kept: as the row.
ALTER TABLE parties ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parties ADD COLUMN changed_at TEXT;
ALTER TABLE parties ADD COLUMN past TEXT;
ALTER TABLE parties ADD COLUMN salt_high INTEGER;
ALTER TABLE parties ADD COLUMN salt_low INTEGER;
ALTER TABLE parties ADD COLUMN code INTEGER;
ALTER TABLE consent_uses ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consent_uses ADD COLUMN changed_at TEXT;
ALTER TABLE consent_uses ADD COLUMN past TEXT;
ALTER TABLE consent_uses ADD COLUMN salt_high INTEGER;
ALTER TABLE consent_uses ADD COLUMN salt_low INTEGER;
ALTER TABLE consent_uses ADD COLUMN code INTEGER;
-- consent_uses, two more: `kept`, the last day on which law wants the proof after this use, and `noted_at`, when the use was
-- written, as `at` is when the call was. Null: law names none; from before. Kept: as the row.
ALTER TABLE consent_uses ADD COLUMN kept TEXT;
ALTER TABLE consent_uses ADD COLUMN noted_at TEXT;

-- lookups, four more: `id`, which the trail names the answer by, as it names no number; and seed and code. Null: from before, which
-- stays, or by an older Worker. Kept: as the row.
ALTER TABLE lookups ADD COLUMN id TEXT;
ALTER TABLE lookups ADD COLUMN salt_high INTEGER;
ALTER TABLE lookups ADD COLUMN salt_low INTEGER;
ALTER TABLE lookups ADD COLUMN code INTEGER;
CREATE UNIQUE INDEX lookups_id ON lookups (id) WHERE id IS NOT NULL;

-- lookup_turns, three more. Null: from before, until the first run after the upgrade, or by an older Worker. Kept: as the row.
ALTER TABLE lookup_turns ADD COLUMN salt_high INTEGER;
ALTER TABLE lookup_turns ADD COLUMN salt_low INTEGER;
ALTER TABLE lookup_turns ADD COLUMN code INTEGER;

-- restricted, five more: `id`, by which the trail names the row, as one that a later decision takes away may come again; `at`, when
-- that was decided, null in a row from before, or by an older Worker; and seed and code, null in one until the first run after the
-- upgrade. Kept: as the row.
ALTER TABLE restricted ADD COLUMN id TEXT;
ALTER TABLE restricted ADD COLUMN at TEXT;
ALTER TABLE restricted ADD COLUMN salt_high INTEGER;
ALTER TABLE restricted ADD COLUMN salt_low INTEGER;
ALTER TABLE restricted ADD COLUMN code INTEGER;
UPDATE restricted SET id = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX restricted_id ON restricted (id);
CREATE INDEX restricted_request ON restricted (request);
-- An older Worker writes none.
CREATE TRIGGER restricted_named AFTER INSERT ON restricted WHEN NEW.id IS NULL
BEGIN
  UPDATE restricted SET id = lower(hex(randomblob(16))) WHERE kind = NEW.kind AND ref = NEW.ref;
END;
