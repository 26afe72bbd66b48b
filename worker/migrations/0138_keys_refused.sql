-- keys_refused: which integrations and webhooks were refused recordings that they had stored, why, when first and last, and how many tries. An
-- older Worker counts nothing. `owner`: an integration's id, or `hook:` and the provider. `why`: `no-prefix`, `other-prefix` (a key that is
-- not below its own), `old` (a call of too long ago). No personal data.
-- Kept: until an officer says that what they named is imported.
CREATE TABLE keys_refused (
  owner TEXT NOT NULL,
  why TEXT NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (owner, why)
) WITHOUT ROWID;
