-- parts, two more: `sums`, what the part adds to its register's counts and sums of digests (JSON: blocks, numbers, high, low), and `mac`,
-- a code under the Worker's key over all that the row says and the upload that it is of (worker/registers/parts.ts), as the commit goes by
-- these. Null: an older Worker took it, and it has to be sent again; of `mac` also: the Worker has no key. Kept: as the row.
ALTER TABLE parts ADD COLUMN sums TEXT;
ALTER TABLE parts ADD COLUMN mac TEXT;
