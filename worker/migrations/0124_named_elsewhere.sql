-- request_named: of a complied erasure, how many records of other people name the requester, for its letter: what is looked for, as JSON
-- (`sought`: the name, the address, ends of numbers), and the numbers that are theirs (`numbers`), both empty once it is done; which table
-- is next (`place`) and behind which of its rows (`after`); by table, how many there are (`found`, JSON); when it was decided, and when all
-- were looked through (`done_at`). `rev`, `changed_at`, `past`, `salt_high`, `salt_low` and `code` as in other tables whose rows change and
-- are bound. An older Worker neither reads nor writes it. Kept: as the request.
CREATE TABLE request_named (
  request TEXT NOT NULL PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
  sought TEXT NOT NULL,
  numbers TEXT NOT NULL,
  place INTEGER NOT NULL,
  after INTEGER NOT NULL,
  found TEXT NOT NULL,
  at TEXT NOT NULL,
  done_at TEXT,
  rev INTEGER NOT NULL DEFAULT 0,
  changed_at TEXT,
  past TEXT,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
);
CREATE INDEX request_named_due ON request_named (at) WHERE done_at IS NULL;
