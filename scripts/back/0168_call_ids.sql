-- Before `wrangler rollback` to a Worker of before calls were found by eight bytes of their ids (migration 0168): it finds them by whole ones
-- again, and the next upgrade applies 0168 again. As docs/deploy.md says.
CREATE UNIQUE INDEX calls_ids ON call_rows (id);
DELETE FROM d1_migrations WHERE name = '0168_call_ids.sql';
