-- Entries of the indexes of closed months, packed: rows of `closed_numbers` and its like, of months that are over, some hundred in a row
-- (worker/storage/closed/blocks.ts). Tables are only added. An earlier Worker does not look there: `cleardial audit reopen` puts all back first.

-- closed_blocks: `kind`: of which index (`kindsOf` in blocks.ts). `month`: of its entries' times (UTC), as 202608. `first`: no key of the
-- block is smaller, and the next block's is greater than all. `n`: how many entries. `entries`: them (pack.ts). Kept: as what they lead to.
CREATE TABLE closed_blocks (
  kind INTEGER NOT NULL,
  month INTEGER NOT NULL,
  first INTEGER NOT NULL,
  n INTEGER NOT NULL,
  entries BLOB NOT NULL,
  PRIMARY KEY (kind, month, first)
);
