-- A token counts by a code under the Worker's key (worker/core/audit-key.ts), which who owns the database cannot make. Its SHA-256 stays
-- beside it, so that an older Worker goes on.

-- tokens, two more: `mac` and `next_mac`, HMAC-SHA256 over the row's id, its person and the digest beside it, the first 16 bytes in
-- hex. Null: from before, until the first runs after the upgrade; or by an older Worker. Kept: as the token.
ALTER TABLE tokens ADD COLUMN mac TEXT;
ALTER TABLE tokens ADD COLUMN next_mac TEXT;
CREATE INDEX tokens_uncoded ON tokens (id) WHERE mac IS NULL;
