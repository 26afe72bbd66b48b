-- An index alone: mails that the public form cannot cause are found at once behind a flood's. Nothing to keep or erase.
CREATE INDEX IF NOT EXISTS outbox_own ON outbox (due) WHERE state = 'waiting' AND template <> 'request-received';
