-- The other indexes of recordings that are by when their calls were, as 0098.
DROP INDEX IF EXISTS recordings_region;
CREATE INDEX recordings_region ON recordings (region, started_at) WHERE state <> 'erased';
DROP INDEX IF EXISTS recordings_provider;
CREATE INDEX recordings_provider ON recordings (provider, started_at) WHERE state <> 'erased';
