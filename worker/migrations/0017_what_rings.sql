-- What a dial rings, and who saw it. No row changes: the columns are added behind the others, and a Worker of before goes
-- on inserting without them.
--
-- dials, five more, all null in rows of before:
-- `record_number`: the number that the page took the digits for, where that is another than `number`, which they ring.
-- `layer`: what saw the dial; a place in the list of `dials_in_words`. Null also says that the row's payload in the trail
-- is of the older form (`dial_payloads`).
-- `sighting`: what several layers saw of one call has the same value here, the row number of the first of them.
-- `medium`: a call or a message; a place in the list of `dials_in_words`.
-- `via`: the address that it was dialled by without its number, from which `medium` follows.
-- From now on `written` is in every row: the digits as they were dialled, for anyone to read again. It is empty where they
-- are the number itself, in E.164, as dials fill the database.
-- Kept: as the dial, policy retention.dialMonths.
ALTER TABLE dials ADD COLUMN record_number INTEGER;
ALTER TABLE dials ADD COLUMN layer INTEGER CHECK (layer IN (0, 1, 2, 3));
ALTER TABLE dials ADD COLUMN sighting INTEGER;
ALTER TABLE dials ADD COLUMN medium INTEGER CHECK (medium IN (0, 1));
ALTER TABLE dials ADD COLUMN via TEXT;
CREATE INDEX dials_record_number ON dials (record_number) WHERE record_number IS NOT NULL;
CREATE INDEX dials_sighting ON dials (sighting) WHERE sighting IS NOT NULL;

DROP VIEW dials_in_words;
CREATE VIEW dials_in_words AS
  SELECT num, COALESCE(d.id, CAST(num AS TEXT)) AS id, number,
    IIF(written = '' AND layer IS NOT NULL AND number IS NOT NULL, '+' || number, written) AS written, record_number,
    '["page","protocol","browser","server"]' ->> COALESCE(layer, 0) AS layer,
    CAST(sighting AS TEXT) AS sighting,
    '["call","message"]' ->> COALESCE(medium, 0) AS medium, via,
    '["passed","held","overridden"]' ->> action AS action,
    '["clear","caution","blocked","unknown"]' ->> verdict AS verdict,
    (SELECT text FROM dial_texts t WHERE t.num = d.reasons) AS reasons,
    '["clear","caution","blocked","unknown"]' ->> worker_verdict AS worker_verdict,
    (SELECT text FROM dial_texts t WHERE t.num = d.worker_reasons) AS worker_reasons,
    (SELECT text FROM dial_texts t WHERE t.num = d.state) AS state,
    seen_seq, (SELECT text FROM dial_texts t WHERE t.num = d.seen_state) AS seen_state,
    agrees, refused, basis, reason, key,
    (SELECT text ->> 'purpose' FROM dial_texts t WHERE t.num = d.page) AS purpose,
    (SELECT text ->> 'host' FROM dial_texts t WHERE t.num = d.page) AS host,
    by AS by_num, (SELECT p.id FROM people p WHERE p.num = d.by) AS by,
    (SELECT p.name FROM people p WHERE p.num = d.by) AS by_name,
    strftime('%Y-%m-%dT%H:%M:%fZ', device_at / 1000.0, 'unixepoch') AS device_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at
  FROM dials d;

-- dial_payloads: what the trail's rows of dials commit to, letter by letter as it was written; since this migration also
-- what was dialled. Nothing is stored.
DROP VIEW dial_payloads;
CREATE VIEW dial_payloads AS
  SELECT num, printf('%016x%016x', salt_high, salt_low) AS salt, IIF(layer IS NULL,
    json_object(
      'number', '+' || number,
      'verdict', '["clear","caution","blocked","unknown"]' ->> verdict,
      'workerVerdict', '["clear","caution","blocked","unknown"]' ->> worker_verdict),
    json_object(
      'layer', '["page","protocol","browser","server"]' ->> layer,
      'medium', '["call","message"]' ->> medium,
      'number', '+' || number,
      'recordNumber', '+' || record_number,
      'sighting', CAST(sighting AS TEXT),
      'verdict', '["clear","caution","blocked","unknown"]' ->> verdict,
      'via', via,
      'workerVerdict', '["clear","caution","blocked","unknown"]' ->> worker_verdict,
      'written', IIF(written = '' AND number IS NOT NULL, '+' || number, written))) AS payload
  FROM dials WHERE salt_high IS NOT NULL;
