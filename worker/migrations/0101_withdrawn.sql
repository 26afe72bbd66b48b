-- Consents in the order in which they were withdrawn: what an older Worker withdraws after going back closes nothing there, and the next
-- run of this one finds it (worker/jobs/withdrawn.ts).
CREATE INDEX IF NOT EXISTS consents_withdrawn ON consents (withdrawn_at, id) WHERE withdrawn_at IS NOT NULL;

-- marks, one more: `withdrawals-read`: the last withdrawal that was looked at, as JSON: when it was, and the consent's id. Earlier releases
-- went by `withdrawals-seen`, and by `withdrawals-closed` (0100), which stay where they are. Kept: always.
