-- `marks`, `newest-clauses` (migrations 0043 and 0065), with one value more: the further hosts of the policy's recipients (`also`), by
-- kind and host (several rows may have the same). A policy that an earlier Worker saved names them for no recipient: they are then as they were. Emptied, they are
-- saved as an empty list.
DROP TRIGGER policies_newest_clauses;
CREATE TRIGGER policies_newest_clauses AFTER INSERT ON policies WHEN json_type(NEW.doc, '$.recipients') IS NOT NULL
BEGIN
  INSERT INTO marks (name, value) VALUES ('newest-clauses', json_object(
    'recipients', json(NEW.doc -> '$.recipients'), 'openedFrom', json(COALESCE(NEW.doc -> '$.recording.openedFrom', '[]')),
    'heldRegions', json(COALESCE(NEW.doc -> '$.screening.heldRegions',
      (SELECT value -> '$.heldRegions' FROM marks WHERE name = 'newest-clauses'), 'null')),
    'also', json(COALESCE((
      SELECT json_group_object(name, json(also)) FROM (
        SELECT n.name, COALESCE(MAX(n.also), MAX(o.value)) AS also
        FROM (SELECT (value ->> '$.kind') || ' ' || (value ->> '$.host') AS name, value -> '$.also' AS also
          FROM json_each(NEW.doc, '$.recipients')) n
        LEFT JOIN json_each((SELECT value -> '$.also' FROM marks WHERE name = 'newest-clauses')) o ON o.key = n.name
        GROUP BY n.name)
      WHERE also IS NOT NULL), '{}'))))
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

UPDATE marks SET value = json_set(value, '$.also', json(COALESCE((
  SELECT json_group_object(name, json(also)) FROM (
    SELECT (value ->> '$.kind') || ' ' || (value ->> '$.host') AS name, MAX(value -> '$.also') AS also
    FROM json_each(marks.value, '$.recipients') GROUP BY 1) WHERE also IS NOT NULL), '{}')))
WHERE name = 'newest-clauses';
