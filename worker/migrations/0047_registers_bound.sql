-- Evidence binds registers, as 0031 began it: what each is, each version, and what is in force; and objects in stores. Columns are only added, and an
-- older Worker goes on writing without them.

-- lists, seven more: `declared_at`, null for those of the migrations and of before; and as people have them (0041, 0045): `rev` counts
-- the states of a row; `changed_at` is when the last one began, null where it is the first; `past` (JSON) has the roots of the earlier
-- ones; `salt_high`, `salt_low` and `code`. Null: from before, until the first run after the upgrade, or by
-- an older Worker. Kept: as the row.
ALTER TABLE lists ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lists ADD COLUMN declared_at TEXT;
ALTER TABLE lists ADD COLUMN changed_at TEXT;
ALTER TABLE lists ADD COLUMN past TEXT;
ALTER TABLE lists ADD COLUMN salt_high INTEGER;
ALTER TABLE lists ADD COLUMN salt_low INTEGER;
ALTER TABLE lists ADD COLUMN code INTEGER;

-- versions, three more, since the commit. Null: not committed, or from before, or by an older Worker. Kept: as the row.
ALTER TABLE versions ADD COLUMN salt_high INTEGER;
ALTER TABLE versions ADD COLUMN salt_low INTEGER;
ALTER TABLE versions ADD COLUMN code INTEGER;

-- contents: sums over all blocks in force at a version (`content`), and over the undo that it left (`undone`), which no other
-- blocks have (shared/registers/content.ts). `undone` is null where the version was there before its sum was. Kept: as versions.
CREATE TABLE contents (
  list INTEGER NOT NULL,
  ver INTEGER NOT NULL,
  content TEXT NOT NULL,
  undone TEXT,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER,
  PRIMARY KEY (list, ver)
);

-- parts, two more: what the part adds to both sums. Null: by an older Worker. Kept: as the part.
ALTER TABLE parts ADD COLUMN content TEXT;
ALTER TABLE parts ADD COLUMN undone TEXT;

-- recordings, six more: what binds `bytes`, `sha256` and `etag`, which change with the audio. `audio_rev` counts their states,
-- `audio_at` is when the last one began, null where it is the first, `audio_past` has the roots of the earlier ones; seed and code. Null: nothing is known of the audio,
-- or from before, or by an older Worker. Kept: always, as the row; of an erased recording they bind nothing any more.
ALTER TABLE recordings ADD COLUMN audio_rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recordings ADD COLUMN audio_at TEXT;
ALTER TABLE recordings ADD COLUMN audio_past TEXT;
ALTER TABLE recordings ADD COLUMN audio_high INTEGER;
ALTER TABLE recordings ADD COLUMN audio_low INTEGER;
ALTER TABLE recordings ADD COLUMN audio_code INTEGER;

-- request_files, six more: the hash of what was stored, its version in the store (ETag), when it had arrived, and seed and code. Null:
-- on its way, or from before, or by an older Worker. Kept: as the row.
ALTER TABLE request_files ADD COLUMN sha256 TEXT;
ALTER TABLE request_files ADD COLUMN etag TEXT;
ALTER TABLE request_files ADD COLUMN came_at TEXT;
ALTER TABLE request_files ADD COLUMN salt_high INTEGER;
ALTER TABLE request_files ADD COLUMN salt_low INTEGER;
ALTER TABLE request_files ADD COLUMN code INTEGER;

-- marks, one more a register: `content-1`: how far the sum over the blocks of before has come (worker/registers/content.ts).
-- Kept: until it is bound.
