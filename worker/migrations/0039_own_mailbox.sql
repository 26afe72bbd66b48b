-- An answer that an officer sent from the company's own mailbox is on record as that, and no longer as post or telephone.

-- request_letters, rebuilt for one more way.
-- request_letters: as in migration 0008; `own-mailbox` is by e-mail from the company's own mailbox, as an officer recorded it,
-- and `sent_to` the address that it went to then; null for the other ways. Kept: as the request.
ALTER TABLE request_letters RENAME TO request_letters_before;
CREATE TABLE request_letters (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('mail', 'own-mailbox', 'post', 'telephone', 'form')),
  sent_on TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  sent_to TEXT CHECK ((sent_to IS NOT NULL) = (how = 'own-mailbox'))
);
INSERT INTO request_letters (id, request, kind, text, how, sent_on, by, at)
  SELECT id, request, kind, text, how, sent_on, by, at FROM request_letters_before;
DROP TABLE request_letters_before;
CREATE INDEX request_letters_request ON request_letters (request, at);
