-- Before `wrangler rollback` to a Worker of before calls were found by eight bytes of their ids (migration 0168): it finds them by whole ones
-- again, and the next upgrade takes that index away again (migration 0176). As docs/deploy.md says.
CREATE UNIQUE INDEX calls_ids ON call_rows (id);
DELETE FROM d1_migrations WHERE name = '0176_index_names.sql';
