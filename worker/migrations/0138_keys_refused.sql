-- keys_refused: which integrations and webhooks were refused keys as they have no prefix (0136), when first and last, and how often. An older
-- Worker refuses nobody for that, or counts nothing. `owner`: an integration's id, or `hook:` and the provider. No personal data.
-- Kept: 30 days after the last.
CREATE TABLE keys_refused (
  owner TEXT PRIMARY KEY,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  n INTEGER NOT NULL
) WITHOUT ROWID;
