-- What tells entries apart once they are packed (0161). Columns are only added: an earlier Worker writes none of them.

-- closed_logged, one more column: `id` (1): `name` is of the call's id; 0: of its reference; null: of either, by an earlier Worker.
ALTER TABLE closed_logged ADD COLUMN id INTEGER;

-- closed_out, one more column: `lost` (1): it was erased while its file was lost, so its call, if it had one, is listed still, and came back
-- nowhere.
ALTER TABLE closed_out ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
