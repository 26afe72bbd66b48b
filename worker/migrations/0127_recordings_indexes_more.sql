-- The other indexes of recordings that are by when their calls were, as 0126.
DROP INDEX recordings_agent;
CREATE INDEX recordings_agent ON recordings (agent, unixepoch(started_at)) WHERE state <> 'erased';
DROP INDEX recordings_region;
CREATE INDEX recordings_region ON recordings (region, unixepoch(started_at)) WHERE state <> 'erased';
DROP INDEX recordings_provider;
CREATE INDEX recordings_provider ON recordings (provider, unixepoch(started_at)) WHERE state <> 'erased';
-- Those of the few that need attention: by the same, so that a page is found in the order that it is shown in.
DROP INDEX recordings_flagged;
CREATE INDEX recordings_flagged ON recordings (unixepoch(started_at)) WHERE flag IS NOT NULL AND state <> 'erased';
DROP INDEX recordings_failing;
CREATE INDEX recordings_failing ON recordings (unixepoch(started_at)) WHERE failures > 0 AND state <> 'erased';
