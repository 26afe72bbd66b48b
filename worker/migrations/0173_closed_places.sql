-- Where blocks (closed_blocks, 0161) lead that have names of closed recordings and certificates (worker/recordings/closed/names/README.md). Tables are only
-- added. An earlier Worker does not look there: `cleardial audit reopen` puts all files back first, whose rows need no index then.

-- closed_places: the small number by which blocks of a month name a file, also once that is gone, as blocks still have its entries: no number is
-- given twice. `done`: all that leads to the file is in blocks. No personal data. Kept: as the month's files.
CREATE TABLE closed_places (
  kind INTEGER NOT NULL, -- of closed_blocks
  month INTEGER NOT NULL,
  place INTEGER NOT NULL,
  first INTEGER NOT NULL, -- of closed_kept_files, closed_certificates
  last INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, month, place)
) WITHOUT ROWID;
CREATE UNIQUE INDEX closed_places_first ON closed_places (kind, first) WHERE gone = 0;
CREATE INDEX closed_places_waiting ON closed_places (kind) WHERE done = 0 AND gone = 0;

-- closed_place_months: months of which a kind had places, and how many. No personal data. Kept: for good, a row a month.
CREATE TABLE closed_place_months (
  kind INTEGER NOT NULL,
  month INTEGER NOT NULL,
  places INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, month)
) WITHOUT ROWID;

CREATE TRIGGER closed_places_kept AFTER DELETE ON closed_kept_files
BEGIN
  UPDATE closed_places SET gone = 1 WHERE kind = 21 AND first = OLD.first AND gone = 0;
END;
CREATE TRIGGER closed_places_certificates AFTER DELETE ON closed_certificates
BEGIN
  UPDATE closed_places SET gone = 1 WHERE kind = 22 AND first = OLD.first AND gone = 0;
END;
