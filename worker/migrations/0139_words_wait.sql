-- words_due, one more: `waits`, 1 where something of what the job has gone through could not be compared, as an archive could not be read:
-- it is gone through once more, a day after its end (`after` is 0 then). Null: nothing waits. An older Worker begins again at once.
ALTER TABLE words_due ADD COLUMN waits INTEGER CHECK (waits IN (1));
