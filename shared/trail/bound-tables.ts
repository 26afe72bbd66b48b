/** The tables whose rows the trail binds field by field; `audio` is of `recordings`, what is known of their objects. */
export const boundTableNames = [
  "dials",
  "policies",
  "suppressions",
  "consents",
  "recordings",
  "audio",
  "calls",
  "certificates",
  "people",
  "tokens",
  "gate_lines",
  "request_files",
  "lists",
  "versions",
  "contents",
] as const;
/** Tables whose rows have no event each: sums over all of them are bound, by `contents`. */
export const summedTableNames = ["blocks", "block_undo"] as const;
