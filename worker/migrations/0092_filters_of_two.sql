-- A person's dials filtered by how they ended, in the order of their page: those that passed and were clear are most, and in neither. No
-- table and no column changes; an earlier Worker goes on. What is made of indexes can be run again.
CREATE INDEX IF NOT EXISTS dials_by_action ON dials (by, action) WHERE action <> 0;
CREATE INDEX IF NOT EXISTS dials_by_verdict ON dials (by, worker_verdict) WHERE worker_verdict <> 0;
