-- Older Workers take every basis but `service` for consent to calls. So a soft opt-in, which counts for messages only, is a
-- `service` row with a mark that they do not read. Kept as long as its row.
ALTER TABLE consents ADD COLUMN soft_opt_in INTEGER NOT NULL DEFAULT 0 CHECK (soft_opt_in IN (0, 1));
UPDATE consents SET basis = 'service', soft_opt_in = 1 WHERE basis = 'soft-opt-in';
