-- What finds closed recordings by telephone number is packed as well, once their month is over (worker/recordings/closed/names/README.md). Columns
-- and triggers are only added.

-- closed_kept_out, one more column: `number`: of a recording that came back, while a block (closed_blocks) still has the entry of its number:
-- until the next night, which takes it out.
ALTER TABLE closed_kept_out ADD COLUMN number INTEGER;
CREATE INDEX closed_kept_out_number ON closed_kept_out (number) WHERE number IS NOT NULL;

CREATE TRIGGER closed_places_numbers AFTER DELETE ON closed_kept_files
BEGIN
  UPDATE closed_places SET gone = 1 WHERE kind = 23 AND first = OLD.first AND gone = 0;
END;
