/**
 * SQL by the indexes of `calls`, a view of smaller rows (migration 0125): `began` is the second in which a call `c` began, by which it is
 * indexed. Moments are in ISO 8601, or the beginning of one.
 */
export const began = "unixepoch(c.started_at)";
export const beganFrom = (from: string): string =>
  `${began} >= unixepoch(substr(${from}, 1, 10)) AND c.started_at >= ${from}`;
export const beganBefore = (until: string): string =>
  `${began} < unixepoch(substr(${until}, 1, 10), '+1 day') AND c.started_at < ${until}`;
export const beganIn = (from: string, until: string): string =>
  `${beganFrom(from)} AND ${beganBefore(until)}`;

/** What `agent_low` is for an agent in small letters, and `person_num` for a person's id. */
export const lowOf = (agent: string): string => `(SELECT num FROM call_texts WHERE text = ${agent})`;
export const numOf = (person: string): string => `(SELECT num FROM people WHERE id = ${person})`;
