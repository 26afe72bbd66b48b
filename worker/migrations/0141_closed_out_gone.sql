-- Which closed dials whose lines count no more were erased (1), so that each night reads these alone, and not all that came back into `dials`,
-- which stay there for years (worker/dials/closed/rewrite.ts). Triggers note it, as an earlier Worker goes on to delete and insert.
ALTER TABLE closed_out ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
UPDATE closed_out SET gone = 1 WHERE NOT EXISTS (SELECT 1 FROM dials d WHERE d.num = closed_out.num);
CREATE INDEX closed_out_gone ON closed_out (num) WHERE gone = 1;
CREATE TRIGGER closed_out_put AFTER INSERT ON closed_out
WHEN NOT EXISTS (SELECT 1 FROM dials d WHERE d.num = NEW.num)
BEGIN
  UPDATE closed_out SET gone = 1 WHERE num = NEW.num;
END;
CREATE TRIGGER dials_gone AFTER DELETE ON dials
BEGIN
  UPDATE closed_out SET gone = 1 WHERE num = OLD.num;
END;
