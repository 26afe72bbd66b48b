-- Records of connected systems that wait for the task of their day. Nothing of before changes.

-- system_left: records of connected CRMs that had the number of a recording which was erased on its day (`day`) by policy's retention,
-- where no other recording of the number is left, each once: written with the erasure. `name`, `kind`: of the CRM then. No number.
-- Once the day is over, all of a CRM and a day become tasks (system_tasks, 0123). An earlier Worker makes none of them: they wait.
-- Kept: until they are in a task, a day or two.
CREATE TABLE system_left (
  connector TEXT NOT NULL,
  object TEXT NOT NULL,
  record TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (connector, object, record)
) WITHOUT ROWID;
CREATE INDEX system_left_by_day ON system_left (day, connector, object, record);
