/** The tables whose rows the trail binds field by field; `audio` is of `recordings`, what is known of their objects. */
export const boundTableNames = [
  "dials",
  "policies",
  "proposal_states",
  "disclosures",
  "suppressions",
  "suppression_records",
  "consents",
  "consent_uses",
  "parties",
  "restricted",
  "lookups",
  "lookup_turns",
  "screenings",
  "screening_ends",
  "screening_parts",
  "screened_bound",
  "recordings",
  "audio",
  "recording_holds",
  "calls",
  "call_said",
  "call_said_more",
  "call_agents",
  "certificates",
  "announced_draws",
  "announced_heard",
  "people",
  "tokens",
  "people_held",
  "tokens_held",
  "gate_lines",
  "owners",
  "requests",
  "request_states",
  "duties",
  "request_items",
  "request_letters",
  "request_recipients",
  "request_systems",
  "request_asked",
  "system_tasks",
  "request_events",
  "request_files",
  "request_file_names",
  "request_file_opened",
  "words_due",
  "request_named",
  "letter_templates",
  "lists",
  "versions",
  "contents",
  "turned",
  "turned_marked",
  "connector_runs",
  "canary_results",
] as const;
/** Tables whose rows' own events name the hash of each. */
const hashedTableNames = ["statements"] as const;
/**
 * Tables whose rows have no event each: sums over all of them are bound, by `contents`; of screened numbers a list of each part's, by
 * `screened_bound`. Of recipients that were taken over each is bound by name (worker/policy/taken-over.ts). Keys of salts are compared with
 * the time alone.
 */
export const summedTableNames = [
  ...(["blocks", "block_undo", "screened", "erasure_salts", "recipients_before"] as const),
] as const;
/** Those whose events name their rows: the way from the events to the rows is one for all. */
export const toldTableNames = [...boundTableNames, ...hashedTableNames] as const;
/** All that is compared with the trail. */
export const comparedTableNames = [...toldTableNames, ...summedTableNames] as const;
/** The name of `toldTableNames` together. */
export const ALL_TABLES = "all" as const;

/** The adoptions by which rows of before of such tables were bound, in their order (worker/trail/adopt.ts). */
export const adoptionNames = [
  ...(["access", "entries", "later", "facts", "rest", "more"] as const),
  ...(["folders", "names", "words", "sent", "ends"] as const),
] as const;
export type AdoptionName = (typeof adoptionNames)[number];
