-- webhooks, one more: `left_at`, when a person last left the address turned off for good. It is listed as failed again if it is
-- turned off later than that. Kept: as the webhook.
ALTER TABLE webhooks ADD COLUMN left_at TEXT;

-- disclosures: what was sent to whom on a day (UTC), as counts. `kind` and `host` are the recipient's, as the policy names it;
-- `host` is empty for what Cloudflare sends or keeps for us, and for what a person takes out. `what` is the kind of message
-- (shared/policy/disclosed.ts says which data it has), `times` how often one was sent, `items` how many numbers, records or
-- files these had. No personal data: of which numbers it was is asked of the tables that record it anyway.
-- Kept: policy's retention.auditPayloadMonths.
CREATE TABLE disclosures (
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  host TEXT NOT NULL,
  what TEXT NOT NULL,
  times INTEGER NOT NULL,
  items INTEGER NOT NULL,
  PRIMARY KEY (day, kind, host, what)
) WITHOUT ROWID;

-- Floods of the public form that are not settled yet, each with how many objections are left.
CREATE INDEX requests_wave_held ON requests (wave, at) WHERE wave IS NOT NULL AND state = 'held';

-- `marks`, `newest-clauses`: what the policy said last in the clauses that an earlier Worker does not know. A policy that such a
-- Worker saved has none of them: what it does not name is then as it was, and neither nobody (recipients) nor anywhere
-- (recording.openedFrom).
CREATE TRIGGER policies_newest_clauses AFTER INSERT ON policies WHEN json_type(NEW.doc, '$.recipients') IS NOT NULL
BEGIN
  INSERT INTO marks (name, value) VALUES ('newest-clauses', json_object(
    'recipients', json(NEW.doc -> '$.recipients'), 'openedFrom', json(COALESCE(NEW.doc -> '$.recording.openedFrom', '[]'))))
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;
