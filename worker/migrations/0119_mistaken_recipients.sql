-- request_recipients, one more column. `mistaken`: 1 where an officer entered it by mistake and nobody was told: it is no recipient, and
-- `how` says why. NULL: it is one, as in rows of before. An earlier Worker takes it for one who is still to be told. Kept: as the row.
ALTER TABLE request_recipients ADD COLUMN mistaken INTEGER CHECK (mistaken = 1);
