-- marks, one more: `free-keys-end`, the day from which on an integration or a webhook without a folder of its own registers no keys of the
-- company's stores: ninety days after the upgrade. Without the mark that day has come. An earlier Worker does not read it.
-- Kept: always.
INSERT INTO marks (name, value) VALUES ('free-keys-end', date('now', '+90 days'));
