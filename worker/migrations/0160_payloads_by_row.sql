-- The times of what the trail keeps apart follow its row numbers, but for what clocks differ: who looks for a time finds the row by halves
-- of the rows, and what is over is among the oldest. So no index has them. A Worker of before reads all rows for each of these.
DROP INDEX IF EXISTS audit_payload_at;
