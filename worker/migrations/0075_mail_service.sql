-- An administrator can set the mail service in the desk. Nothing of before changes, and an older Worker does not know the table: gone back
-- to, it has no mail service unless its variables name one.

-- mail_service: one row at the most, while one is set there. `sealed`: sender, address and token, sealed together under CONNECTOR_KEY
-- (worker/mail/settings.ts). Kept: until it is set anew or taken away.
CREATE TABLE mail_service (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sealed TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  at TEXT NOT NULL
) STRICT;
