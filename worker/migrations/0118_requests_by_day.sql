-- Open requests by the days on which they came. No table and no column changes; an earlier Worker goes on. What is made of indexes can be run
-- again.
CREATE INDEX IF NOT EXISTS requests_open_received ON requests (received_on, id) WHERE closed_at IS NULL;
