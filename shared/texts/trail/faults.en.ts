/** What is said of a trail that does not hold, in English (United Kingdom). */
export const auditFaults = {
  genesis: "The first row is not the one that every trail starts with.",
  start: "The row before does not have the hash that was given.",
  missing: "The row is missing.",
  hash: "The row was altered.",
  link: "The row does not follow the one before it.",
  payload: "What the row is about was altered.",
  "object-missing": "The archive object that holds the row is missing.",
  "object-altered": "The archive object that holds the row was altered.",
  head: "The row differs from the head that was published.",
  cut: "A head was published for a later row, and the trail ends before it.",
};
