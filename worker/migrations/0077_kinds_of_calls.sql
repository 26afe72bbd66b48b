-- calls, two more columns. `campaign`: which kind of call it was, as whoever brought it says; of a provider's list, as the log said
-- whose row it replaced. NULL: nobody said. `judged_as`: as which kind the verdict was reached. NULL: it was not judged, or by an
-- earlier Worker, which goes on without both. Kept: as the call.
ALTER TABLE calls ADD COLUMN campaign TEXT
  CHECK (campaign IN ('general', 'automated', 'claims-management', 'pensions'));
ALTER TABLE calls ADD COLUMN judged_as TEXT
  CHECK (judged_as IN ('general', 'automated', 'claims-management', 'pensions'));
