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
