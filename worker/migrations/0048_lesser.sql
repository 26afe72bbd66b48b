-- calls, one more: `replaces`, the id of the row that another log or a recording had brought of the same call before its
-- provider's own list named it. That row stays, and counts no more. Kept: as the call.
ALTER TABLE calls ADD COLUMN replaces TEXT;
CREATE UNIQUE INDEX calls_replaces ON calls (replaces) WHERE replaces IS NOT NULL;

-- form_networks: from which networks requests of the public came lately (worker/privacy-requests/flood.ts). `network` is a hash
-- under the deployment's key, `request` what it became.
-- Kept: ten minutes, and until the next request of the public or the night's sweep.
CREATE TABLE form_networks (
  id TEXT PRIMARY KEY,
  network TEXT NOT NULL,
  at TEXT NOT NULL,
  request TEXT
) WITHOUT ROWID;
CREATE INDEX form_networks_at ON form_networks (at);
CREATE INDEX form_networks_network ON form_networks (network, at);

-- owners_guessed: whose prefix the upgrade to prefixes guessed, as all their recordings of before were erased and their keys
-- with them, and who have registered nothing below it since. An administrator may put the true one in its place, once.
-- Kept: until then.
CREATE TABLE owners_guessed (id TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO owners_guessed (id)
SELECT o.id FROM owners o
WHERE o.prefix = IIF(o.id = 'hook:generic', 'generic', o.id) || '/'
  AND EXISTS (SELECT 1 FROM recordings r WHERE r.by = o.id AND r.state = 'erased' AND r.at < o.at)
  AND NOT EXISTS (SELECT 1 FROM recordings r WHERE r.by = o.id AND r.state <> 'erased'
    AND substr(r.object, 1, length(o.prefix)) = o.prefix);

-- recordings: an erased one keeps no words of why: its certificate has them.
DROP TRIGGER recordings_erased;
UPDATE recordings SET why = '' WHERE state = 'erased' AND why <> '';
CREATE TRIGGER recordings_erased BEFORE UPDATE ON recordings WHEN OLD.state = 'erased'
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;
CREATE INDEX recordings_why ON recordings (id) WHERE why <> '';

-- certificates, one more: `erased`, the hashes of fields that a request had erased, as in suppressions: of `why` alone, what an
-- officer wrote, where it names the requester. Nothing else of a certificate changes. Kept: always.
ALTER TABLE certificates ADD COLUMN erased TEXT;
CREATE INDEX certificates_why ON certificates (recording) WHERE why <> '';
DROP TRIGGER certificates_no_update;
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates
WHEN NEW.why <> '' OR OLD.why = '' OR NEW.recording IS NOT OLD.recording OR NEW.provider IS NOT OLD.provider
  OR NEW.store IS NOT OLD.store OR NEW.region IS NOT OLD.region OR NEW.erase_after IS NOT OLD.erase_after
  OR NEW.rule IS NOT OLD.rule OR NEW.months IS NOT OLD.months OR NEW.erased_at IS NOT OLD.erased_at
  OR NEW.commitment IS NOT OLD.commitment OR NEW.was IS NOT OLD.was OR NEW.code IS NOT OLD.code
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

-- canary_probes: how often pages dialled ClearDial's own number in a browser on a day (the policy's time zone), outside of a try, and
-- on which page last. No number is kept. Kept: 30 days.
CREATE TABLE canary_probes (
  day TEXT NOT NULL,
  token TEXT NOT NULL,
  host TEXT NOT NULL,
  times INTEGER NOT NULL,
  PRIMARY KEY (day, token)
) WITHOUT ROWID;

-- The lists of what turned and of requests, each filter in their order.
CREATE INDEX turned_blocked ON turned (num) WHERE to_verdict = 'blocked';
CREATE INDEX turned_free ON turned (num) WHERE to_verdict <> 'blocked';
CREATE INDEX turned_seen ON turned (num) WHERE seen_at IS NOT NULL;
CREATE INDEX turned_list ON turned (num) WHERE list IS NOT NULL AND reason = list;
CREATE INDEX turned_objection ON turned (num) WHERE reason = 'objection';
CREATE INDEX turned_house ON turned (num) WHERE reason = 'house';
CREATE INDEX turned_consent ON turned (num) WHERE reason IN ('consent', 'needs-consent');
CREATE INDEX requests_decide ON requests (decide_by, id);
CREATE INDEX requests_over ON requests (decide_by, id) WHERE closed_at IS NOT NULL;

-- connectors, one more: `sent_again`, when a person last sent a failed run again. Kept: as the connector.
ALTER TABLE connectors ADD COLUMN sent_again TEXT;
