/** Why an audit trail does not verify, as the Worker says it. English (UK). */
export const auditFaults = {
  genesis: "The first row is not the row that every trail starts with.",
  start: "The row before does not have the given hash.",
  missing: "The row is missing.",
  hash: "The row was altered.",
  link: "The row does not follow the row before it.",
  payload: "The row's content was altered.",
  forged: "The Worker did not write the row: it has no code under its key.",
  second: "The row says again from where on the trail binds its rows, which it says once.",
  outside: "The row lies outside the trail: before its first row, or among rows that are archived.",
  silent: "The row's content was deleted, though its time is not over and no request had it erased.",
  "object-missing": "The archive file with the row is missing.",
  "object-altered": "The archive file with the row was altered.",
  "object-times": "The record of the archive file with the row has other times than its rows.",
  head: "The row differs from the published head.",
  end: "Rows at the end of the trail are missing ({first} to {last}): the Worker wrote them, and the database has them no more.",
  cut: "A head was published for a later row, but the trail ends before it.",
};
