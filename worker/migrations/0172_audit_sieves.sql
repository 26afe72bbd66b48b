-- audit_sieves: of an archived object of the trail, by its first row, what says which codes, actors and subjects its rows may have
-- (shared/trail/sieve.ts), so that a page by one of them opens few objects. Each block of 128 bytes has a code of 8 bytes behind it, under the
-- Worker's key, over the object's hash too: an object whose sieve has another code, or none, is opened. No personal data: bits of hashes of
-- opaque ids. Kept: always, as the archived rows.
CREATE TABLE audit_sieves (
  first_seq INTEGER PRIMARY KEY,
  codes BLOB NOT NULL,
  actors BLOB NOT NULL,
  subjects BLOB NOT NULL
);
