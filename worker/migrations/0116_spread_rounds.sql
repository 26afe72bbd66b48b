-- The objections that may reach further numbers, in the order in which rounds read them: a person's and a company's before those of
-- which nobody has said whom they close. `marks`, `spread`: where the round that goes on is, and where it ends (JSON); an earlier
-- Worker reads all at once, and leaves it.
DROP INDEX suppressions_wide;
CREATE INDEX suppressions_wide ON suppressions ((scope = 'unsaid') || id)
  WHERE scope IN ('person', 'company', 'unsaid') AND ended_at IS NULL AND origin IS NULL;
