-- A call that is closed comes in no second time, whatever the statement; and which calls that came back have gone is noted, as an earlier
-- Worker goes on to delete them (0142).
CREATE TRIGGER calls_once BEFORE INSERT ON call_rows
WHEN NEW.ref_b IS NOT NULL AND EXISTS (SELECT 1 FROM closed_logged WHERE name = NEW.ref_a)
BEGIN
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: calls.ref');
END;
CREATE TRIGGER calls_gone AFTER DELETE ON call_rows
BEGIN
  UPDATE closed_out SET lone = 1 WHERE num = OLD.made AND typeof(OLD.made) = 'integer';
END;
