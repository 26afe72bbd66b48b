-- canary_browsers.gate: whether the browser's gate is on in it, and worked there since; null where its extension does not say.
-- Kept: 30 days, with its row.
ALTER TABLE canary_browsers ADD COLUMN gate INTEGER CHECK (gate IN (0, 1));
