-- What is known of a CRM's record besides its numbers.

-- connector_records: `seen` is by what the CRM tells that the record changed (its time of change), when its further numbers were
-- last read one record at a time, and `further` (JSON) those numbers as they are written there: while `seen` is the same, they
-- are not read again. NULL: read them. `source`, `since` and `notice` are the texts of the fields that the set-up names: whence
-- the number came, since when, and what notice the person was given; empty where there is none. An earlier Worker leaves these
-- rows alone.
-- Kept: as `connector_numbers`.
CREATE TABLE connector_records (
  connector INTEGER NOT NULL REFERENCES connectors (num) ON DELETE CASCADE,
  object TEXT NOT NULL,
  record TEXT NOT NULL,
  seen TEXT,
  further TEXT,
  source TEXT NOT NULL DEFAULT '',
  since TEXT NOT NULL DEFAULT '',
  notice TEXT NOT NULL DEFAULT '',
  run INTEGER NOT NULL,
  PRIMARY KEY (connector, object, record)
) WITHOUT ROWID;
