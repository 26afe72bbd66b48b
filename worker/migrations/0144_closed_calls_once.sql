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
-- One that has another dial since is found by that one's file no more once it goes: the line of its first goes now.
CREATE TRIGGER calls_moved AFTER UPDATE OF made ON call_rows
WHEN NEW.made IS NOT OLD.made AND typeof(OLD.made) = 'integer'
BEGIN
  UPDATE closed_out SET lone = 1 WHERE num = OLD.made;
END;
