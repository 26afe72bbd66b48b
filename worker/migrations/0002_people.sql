-- What people sign in with, beside an invite: a provider's account, or, for an integration, a token that is given once.

-- people, further columns. `kind` integration is a system or a managed install: it has no e-mail, so `email` holds an
-- address under .invalid, which RFC 2606 keeps free for ever; it is never an admin. `role_by` says how the role was got,
-- by an admin's word or by a rule of policy at sign-in. `issuer` and `subject` are the account at the company's
-- sign-in provider that the person is bound to. Kept: as the rest of the row.
ALTER TABLE people ADD COLUMN kind TEXT NOT NULL DEFAULT 'person'
  CHECK (kind = 'person' OR (kind = 'integration' AND role <> 'admin'));
ALTER TABLE people ADD COLUMN role_by TEXT NOT NULL DEFAULT 'admin' CHECK (role_by IN ('admin', 'rule'));
ALTER TABLE people ADD COLUMN issuer TEXT;
ALTER TABLE people ADD COLUMN subject TEXT;
CREATE UNIQUE INDEX people_subject ON people (issuer, subject) WHERE subject IS NOT NULL;

-- tokens, further columns. `until` is an integration's last day. `next_hash` is the token that was handed out at
-- `next_at` to take this one's place: at its first use it moves to `hash`, which ends the old one, and `rotated_at` is
-- the day it came. So a device keeps its row and its id. Kept: as the rest of the row.
ALTER TABLE tokens ADD COLUMN until TEXT;
ALTER TABLE tokens ADD COLUMN next_hash TEXT;
ALTER TABLE tokens ADD COLUMN next_at TEXT;
ALTER TABLE tokens ADD COLUMN rotated_at TEXT;
CREATE UNIQUE INDEX tokens_next ON tokens (next_hash) WHERE next_hash IS NOT NULL;

-- sso_nonces: the nonce of each sign-in by the provider, as SHA-256, so that none counts twice. An ID token is refused
-- ten minutes after it was issued. Kept: 2 days.
CREATE TABLE sso_nonces (nonce TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
