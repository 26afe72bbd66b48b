-- Recordings that their store puts off (`not_before`), such as by an object lock of years: a page of work names those that it puts off
-- for more than a month.
CREATE INDEX recordings_put_off ON recordings (not_before) WHERE not_before IS NOT NULL AND state <> 'erased';
