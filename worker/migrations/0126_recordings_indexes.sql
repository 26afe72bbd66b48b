-- The indexes of recordings that are by when their calls were, by seconds, which are four bytes; recordings of one second are few, and
-- are put into order when they are read. That of the days of erasure is without the id: those of one day go as they came.
DROP INDEX recordings_started;
CREATE INDEX recordings_started ON recordings (unixepoch(started_at)) WHERE state <> 'erased';
DROP INDEX recordings_number;
CREATE INDEX recordings_number ON recordings (number, unixepoch(started_at)) WHERE state <> 'erased';
DROP INDEX recordings_erase;
CREATE INDEX recordings_erase ON recordings (erase_after) WHERE state <> 'erased';
DROP INDEX recordings_at;
CREATE INDEX recordings_at ON recordings (unixepoch(at));
