-- `marks`, `newest-clauses` (migration 0043), with one clause more: the countries where no register is relied on
-- (screening.heldRegions). A policy that an earlier Worker saved does not name them: they are then as they were.
DROP TRIGGER policies_newest_clauses;
CREATE TRIGGER policies_newest_clauses AFTER INSERT ON policies WHEN json_type(NEW.doc, '$.recipients') IS NOT NULL
BEGIN
  INSERT INTO marks (name, value) VALUES ('newest-clauses', json_object(
    'recipients', json(NEW.doc -> '$.recipients'), 'openedFrom', json(COALESCE(NEW.doc -> '$.recording.openedFrom', '[]')),
    'heldRegions', json(COALESCE(NEW.doc -> '$.screening.heldRegions',
      (SELECT value -> '$.heldRegions' FROM marks WHERE name = 'newest-clauses'), 'null'))))
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;
