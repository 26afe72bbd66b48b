-- What the jobs and some pages looked for among all rows of a table that grows: each statement gets its index. Each can be run
-- again: an upgrade that broke off goes on where it was. docs/deploy.md says how long they take.

-- The index before it had no order, so that each page of an agent's calls was sorted. It goes when the new one is there.
CREATE INDEX IF NOT EXISTS calls_by_agent ON calls (lower(agent), started_at, id);
DROP INDEX IF EXISTS calls_agent;
CREATE INDEX IF NOT EXISTS connector_runs_at ON connector_runs (at);
CREATE INDEX IF NOT EXISTS connector_runs_finished ON connector_runs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS dial_texts_month ON dial_texts (month);
CREATE INDEX IF NOT EXISTS outbox_until ON outbox (until) WHERE vals IS NOT NULL;
CREATE INDEX IF NOT EXISTS outbox_over ON outbox (COALESCE(sent_at, due)) WHERE state <> 'waiting';
CREATE INDEX IF NOT EXISTS recording_holds_released ON recording_holds (released_at) WHERE released_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS request_links_until ON request_links (until);
CREATE INDEX IF NOT EXISTS screening_answers_at ON screening_answers (at);
CREATE INDEX IF NOT EXISTS suppressions_over ON suppressions (COALESCE(ended_at, until));
CREATE INDEX IF NOT EXISTS turned_at ON turned (at);
CREATE INDEX IF NOT EXISTS webhook_deliveries_over ON webhook_deliveries (COALESCE(tried_at, at)) WHERE state <> 'waiting';

-- A filter by half a number: its last five digits find few rows, whatever the table's size.
CREATE INDEX IF NOT EXISTS recordings_ends ON recordings (number % 100000) WHERE state <> 'erased';
CREATE INDEX IF NOT EXISTS suppressions_ends ON suppressions (number % 100000);
CREATE INDEX IF NOT EXISTS consents_ends ON consents (number % 100000);
CREATE INDEX IF NOT EXISTS parties_ends ON parties (number % 100000);
