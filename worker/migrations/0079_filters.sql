-- The do-not-call list filtered by kind and state, in the order of its page: most entries are objections in force, and in none of these. No
-- table and no column changes; an earlier Worker goes on. What is made of indexes can be run again.
CREATE INDEX IF NOT EXISTS suppressions_house ON suppressions (at, id) WHERE kind = 'house';
CREATE INDEX IF NOT EXISTS suppressions_ending ON suppressions (at, id) WHERE ended_at IS NOT NULL OR until IS NOT NULL;
