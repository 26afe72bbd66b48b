-- The indexes of recordings without the id, as those of calls (0096). `recordings_erase` keeps it: on a day there may be a hundred
-- thousand that are due, and each run reads the next fifty of them.
DROP INDEX IF EXISTS recordings_started;
CREATE INDEX recordings_started ON recordings (started_at) WHERE state <> 'erased';
DROP INDEX IF EXISTS recordings_number;
CREATE INDEX recordings_number ON recordings (number, started_at) WHERE state <> 'erased';
DROP INDEX IF EXISTS recordings_agent;
CREATE INDEX recordings_agent ON recordings (agent, started_at) WHERE state <> 'erased';
