-- Registers that a company declares itself, and what is needed to say whether a number was listed on an earlier day.

-- lists, further columns. `days_until_effective`: a caller may go on for so many days after a number was listed, at the
-- most (28 for the registers of the United Kingdom: PECR 2003 reg 21(3)); 0: it counts at once. `covers`: whom the
-- register is for. `source`: who keeps it and where it comes from, for people. `history_from`: undo rows of this version
-- and earlier ones have been erased, so that what was in force before it can no longer be told. Kept: as the rest of
-- the row.
ALTER TABLE lists ADD COLUMN days_until_effective INTEGER NOT NULL DEFAULT 0
  CHECK (days_until_effective BETWEEN 0 AND 366);
ALTER TABLE lists ADD COLUMN covers TEXT NOT NULL DEFAULT 'both'
  CHECK (covers IN ('individuals', 'businesses', 'both'));
ALTER TABLE lists ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE lists ADD COLUMN history_from INTEGER NOT NULL DEFAULT 0;
UPDATE lists SET days_until_effective = 28, covers = 'individuals', source = 'https://www.tpsonline.org.uk/'
WHERE id = 'tps';
UPDATE lists SET days_until_effective = 28, covers = 'businesses', source = 'https://www.tpsonline.org.uk/'
WHERE id = 'ctps';

-- Whatever erases undo rows, a version is complete or known to be incomplete.
CREATE TRIGGER block_undo_gone AFTER DELETE ON block_undo
WHEN (OLD.id & 1048575) > (SELECT history_from FROM lists WHERE num = (OLD.id >> 20) & 63)
BEGIN
  UPDATE lists SET history_from = OLD.id & 1048575 WHERE num = (OLD.id >> 20) & 63;
END;
UPDATE lists SET history_from = COALESCE((
  SELECT MAX(v.ver) FROM versions v
  WHERE v.list = lists.num AND v.state = 'committed' AND v.parent > 0
    AND v.added + v.removed > 0
    AND NOT EXISTS (SELECT 1 FROM block_undo u WHERE (u.id >> 20) & 63 = v.list AND u.id & 1048575 = v.ver)
), 0);

-- versions, further columns. `committed_at`: since when the version is, or was, in force; null while it never was.
-- `kind`: a whole list, or changes to the one before. Kept: as the rest of the row.
ALTER TABLE versions ADD COLUMN committed_at TEXT;
ALTER TABLE versions ADD COLUMN kind TEXT NOT NULL DEFAULT 'whole' CHECK (kind IN ('whole', 'changes'));
UPDATE versions SET committed_at = at WHERE state = 'committed';

-- A part that comes late, when its upload is committed or given up already, leaves nothing behind.
CREATE TRIGGER parts_open BEFORE INSERT ON parts
WHEN (SELECT state FROM versions WHERE upload = NEW.upload) IS NOT 'open'
BEGIN
  SELECT RAISE(ABORT, 'list_version_closed');
END;
