-- calls, one more: `replaces`, the id of the row that another log or a recording had brought of the same call before its
-- provider's own list named it. That row stays, and counts no more. Kept: as the call.
ALTER TABLE calls ADD COLUMN replaces TEXT;
CREATE UNIQUE INDEX calls_replaces ON calls (replaces) WHERE replaces IS NOT NULL;
