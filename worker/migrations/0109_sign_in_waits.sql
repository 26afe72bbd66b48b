-- connectors.pending: what the CRM granted to a sign-in that nobody has confirmed yet, sealed by AES-GCM under CONNECTOR_KEY: the tokens,
-- the code that confirms it, and whose it is. Null where none waits. Kept: until it is confirmed, another takes its place, other
-- credentials are entered, or for a quarter of an hour: then the daily job empties it.
ALTER TABLE connectors ADD COLUMN pending TEXT;
