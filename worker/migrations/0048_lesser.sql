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
