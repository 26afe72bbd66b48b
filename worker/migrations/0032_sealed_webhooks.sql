-- Webhooks' secrets are sealed under CONNECTOR_KEY, each for its own row.

-- webhooks.sealed: the secret, sealed (core/seal.ts). A row of before has it in `secret` too, for 14 days after
-- `sealed_at`, so that the Worker of before can sign if it has to come back; one made since never had it there.
ALTER TABLE webhooks ADD COLUMN sealed TEXT;
ALTER TABLE webhooks ADD COLUMN sealed_at TEXT;
