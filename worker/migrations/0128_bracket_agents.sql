-- A log's agent whose name begins with a bracket goes with the last call that names it, too: by the bracket it passed for reasons or a
-- source (0125). These are known by what they are: `[]`, an array of objects, an array of two texts.
DROP TRIGGER calls_go;
CREATE TRIGGER calls_go INSTEAD OF DELETE ON calls
BEGIN
  DELETE FROM call_rows WHERE num = OLD.rowid;
  -- An agent of a log may be anybody's name or number: with the last call that names it, its text goes.
  DELETE FROM call_texts WHERE text IN (OLD.agent, lower(OLD.agent))
    AND NOT CASE WHEN text GLOB '[[]*' AND json_valid(text) THEN text = '[]' OR COALESCE(json_type(text, '$[0]') = 'object', 0)
      OR COALESCE(json_array_length(text) = 2 AND json_type(text, '$[0]') = 'text' AND json_type(text, '$[1]') = 'text', 0) ELSE 0 END
    AND NOT EXISTS (SELECT 1 FROM call_rows c WHERE c.agent_low = (SELECT l.num FROM call_texts l WHERE l.text = lower(OLD.agent))
      AND (c.agent_text = call_texts.num OR c.agent_low = call_texts.num));
END;

-- Those that were left behind.
DELETE FROM call_texts WHERE text GLOB '[[]*'
  AND NOT CASE WHEN json_valid(text) THEN text = '[]' OR COALESCE(json_type(text, '$[0]') = 'object', 0)
    OR COALESCE(json_array_length(text) = 2 AND json_type(text, '$[0]') = 'text' AND json_type(text, '$[1]') = 'text', 0) ELSE 0 END
  AND NOT EXISTS (SELECT 1 FROM call_rows c WHERE c.agent_low = (SELECT l.num FROM call_texts l WHERE l.text = lower(call_texts.text))
    AND (c.agent_text = call_texts.num OR c.agent_low = call_texts.num));
