-- Consents on record here are written into a field of a CRM's records that ClearDial alone writes.

-- connector_records, one more column. `consent_out` (JSON): what the CRM took there last (`text`), and when something was last sent to it
-- (`at`, ISO 8601); `sent`: what was sent, where the CRM did not answer, or refused it (`refused`). '': nothing. What it took or refused is
-- sent again a day later at the earliest; `again`: the same text was. Kept: as the row. An earlier Worker leaves it alone, and writes no consent.
ALTER TABLE connector_records ADD COLUMN consent_out TEXT NOT NULL DEFAULT '';

-- connectors, one more column. `consents_left` (JSON): fields that the set-up does not name any more and that may say of a consent that it is
-- in force (`host`, `object`, `field`), since when (`at`), and their last day (`until`; 9999-12-31: none). Kept: as the connector. An earlier
-- Worker leaves it alone.
ALTER TABLE connectors ADD COLUMN consents_left TEXT NOT NULL DEFAULT '[]';
