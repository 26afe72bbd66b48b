-- A connector whose set-up came through a run is not tried again.

-- connectors.proved: a set-up counts as tried, too, where a run with it was done. One of before the column was, if a run began since it
-- was made or, with this set-up, had its trial. An earlier Worker does not look at it.
UPDATE connectors SET proved = setup WHERE tried_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM connector_runs r
  WHERE r.connector = connectors.num AND r.trial = 0 AND r.state = 'done' AND r.at >= MIN(connectors.at, connectors.tried_at));
