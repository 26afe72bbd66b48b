-- What ends consents, one index a way, so that neither the sweep nor the report of those that end reads all that are in force. No table and
-- no column changes; an earlier Worker goes on. What is made of indexes can be run again.
CREATE INDEX IF NOT EXISTS consents_done ON consents (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS consents_solicited ON consents (given_at) WHERE kind = 'solicited';
CREATE INDEX IF NOT EXISTS consents_asked ON consents (given_at) WHERE basis = 'solicited';
CREATE INDEX IF NOT EXISTS consents_refused ON consents (reviewed_at) WHERE state = 'refused';
CREATE INDEX IF NOT EXISTS consents_given ON consents (given_at);
