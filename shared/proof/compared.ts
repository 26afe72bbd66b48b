/** Which stored rows the facts of a proof tell of, and whether a proof shows what the trail binds of them. */
import type { ProofEvent } from "./api-events.ts";
import type { ProofRow } from "./api-trail.ts";

/** The sets of bound columns that facts of these kinds are about, beside dials: each state of a row has an event of its own. */
const tables: Partial<Record<ProofEvent["what"], readonly string[]>> = {
  ...{ suppression: ["suppressions"], "suppression-ended": ["suppressions"] },
  ...{ consent: ["consents"], "consent-withdrawn": ["consents"], call: ["calls"] },
  ...{
    lookup: ["lookups"],
    turned: ["turned"],
    recording: ["recordings"],
    request: ["requests", "request_states"],
  },
};
export const tablesOf = (what: string): readonly string[] => tables[what as ProofEvent["what"]] ?? [];

/** The name on the trail of what binds a row (`ref`): its own; of a status change, that of the batch that it was written in. */
export const boundAs = (table: string, ref: string): string =>
  `${table}/${table === "turned" ? ref.split("/")[0]! : ref}`;

/**
 * Whether each stored row that a fact tells of is quoted with the event that binds it; of a screening, whether the Worker says that it
 * compared it. Of any other fact the rows of the trail say that it happened, and nothing compares what is told of it. `quoted`: rows of
 * the trail by their number.
 */
export const isCompared = (event: ProofEvent, quoted: ReadonlyMap<number, ProofRow>): boolean => {
  const { what, rows } = event;
  if (what === "dial") return true;
  if (what === "screening") return event.compared === true;
  const tables = tablesOf(what);
  return (
    tables.length > 0 && tables.every((table) => rows.some((seq) => quoted.get(seq)?.bound?.table === table))
  );
};
