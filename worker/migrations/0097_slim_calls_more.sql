-- The other indexes of calls, as 0096.
DROP INDEX IF EXISTS calls_by_agent;
CREATE INDEX calls_by_agent ON calls (lower(agent), started_at);
DROP INDEX IF EXISTS calls_blocked;
CREATE INDEX calls_blocked ON calls (started_at) WHERE verdict = 'blocked' AND overridden = 0;
DROP INDEX IF EXISTS calls_unscreened;
CREATE INDEX calls_unscreened ON calls (started_at) WHERE direction = 'outbound' AND screened IS NULL;
DROP INDEX IF EXISTS calls_off;
CREATE INDEX calls_off ON calls (started_at) WHERE direction = 'outbound' AND extension = 'off';
DROP INDEX IF EXISTS calls_inbound;
CREATE INDEX calls_inbound ON calls (started_at) WHERE direction = 'inbound';
DROP INDEX IF EXISTS calls_unseen;
CREATE INDEX calls_unseen ON calls (started_at) WHERE direction = 'outbound' AND dial IS NULL;
