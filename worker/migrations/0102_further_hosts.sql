-- recipients_before, one more column: `vendor`: of a further host of a recipient, such as where its tokens are granted, the host that
-- the recipient goes by. Null: it is that host, or the row is of before.
ALTER TABLE recipients_before ADD COLUMN vendor TEXT;
-- marks, two more: `recipients-tokens` and `recipients-endpoints`: since when the hosts where CRMs grant tokens, and those that the
-- sign-in provider's document names, are wanted as recipients (worker/jobs/recipients.ts). Kept: for good.
