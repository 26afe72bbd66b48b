-- An access request holds the recordings that were found of its requester. Where somebody takes away such an item, or the request, the
-- trail still says that it was there: these find that by the recording. No table and no column changes; an older Worker goes on.
-- What is made of indexes can be run again.
CREATE INDEX IF NOT EXISTS audit_items ON audit (substr(subject, instr(subject, '/recording/') + 11))
  WHERE subject > 'request_items/' AND subject < 'request_items0' AND instr(subject, '/recording/') > 0;
CREATE INDEX IF NOT EXISTS last_bound_items ON last_bound (substr(row, instr(row, '/recording/') + 11))
  WHERE row > 'request_items/' AND row < 'request_items0' AND instr(row, '/recording/') > 0;

-- marks, one more: `last-bound-holds`, up to which row of the trail its archives were read for the last events of items and of ties.
-- Kept: always; without it they are read again.
-- And one more: `recipients-own`, since when mail by Cloudflare's own binding wants a recipient, as `recipients` is for hosts. Kept: always.
