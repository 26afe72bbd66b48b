-- The indexes of calls without the id, which each of them repeated: calls of one moment are few, and are put into the order of their
-- ids when they are read. Whatever was found by them is, by an older Worker too. In several files, as D1 gives each 30 seconds.
DROP INDEX IF EXISTS calls_started;
CREATE INDEX calls_started ON calls (started_at);
DROP INDEX IF EXISTS calls_number;
CREATE INDEX calls_number ON calls (number, started_at);
DROP INDEX IF EXISTS calls_person;
CREATE INDEX calls_person ON calls (person, started_at);
