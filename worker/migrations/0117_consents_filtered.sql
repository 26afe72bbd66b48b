-- Consents filtered by kind and state, in the order of their page. No table and no column changes; an earlier Worker goes on. What is made of
-- indexes can be run again.
CREATE INDEX IF NOT EXISTS consents_kind ON consents (COALESCE(kind, IIF(soft_opt_in = 1, 'soft-opt-in', NULL)), at, id);
CREATE INDEX IF NOT EXISTS consents_open ON consents (at, id) WHERE withdrawn_at IS NULL AND done_at IS NULL AND state = 'good';
CREATE INDEX IF NOT EXISTS consents_ending ON consents (at, id)
  WHERE done_at IS NOT NULL OR until IS NOT NULL OR COALESCE(kind, IIF(soft_opt_in = 1, 'soft-opt-in', NULL)) = 'solicited';
CREATE INDEX IF NOT EXISTS consents_refused_at ON consents (at, id) WHERE state = 'refused';
CREATE INDEX IF NOT EXISTS consents_taken_back ON consents (at, id) WHERE withdrawn_at IS NOT NULL;
