/**
 * Writes marks to a CRM, for runs, readings of flags and readings of changes alike: what is about to be set or told is noted before it is
 * sent, and what the CRM took of it afterwards.
 */
import type { Env } from "../../env.ts";
import type { Connector as Crm, Mark, Refusal } from "../connector.ts";
import { besideConsents, writeMarks } from "../crm.ts";
import { keyOf } from "../read.ts";
import type { ConnectorRow, RunRow } from "../rows.ts";
import { type ConsentOut, type ConsentsOut, withSent } from "./consents-out.ts";
import { keepTook, noteOurs, tookOurs } from "./flags.ts";
import type { Flags } from "./state.ts";

export interface Written {
  /** Records that it refused, with those under no proper id, and the same by `keyOf`. */
  refused: Refusal[];
  notTaken: ReadonlySet<string>;
  /** Records that it took without who and when, or without the text of a consent. */
  partly: Refusal[];
  /** What is known of consents in them now. */
  told: Map<string, ConsentOut>;
  /** Marks that it took, but for those of a consent alone. */
  written: number;
}

/** `flags`: what is known of records' flags, by `keyOf`; it is brought up to date. `unnamed`: records that cannot be written to. */
export async function writeNoted(
  env: Env,
  row: ConnectorRow,
  run: RunRow,
  crm: Pick<Crm, "write">,
  marks: Mark[],
  { flags, consents }: { flags: Map<string, Flags>; consents: ConsentsOut },
  unnamed: readonly Refusal[],
  now: number,
): Promise<Written> {
  const at = new Date(now).toISOString();
  await noteOurs(env, row, run, marks, flags, consents, at);
  const took = await writeMarks(env, row, crm, marks, now, (some) =>
    keepTook(env, row, run, flags, marks, some, at),
  );
  const refused = [...unnamed, ...took.refused];
  const notTaken = new Set(refused.map(keyOf));
  tookOurs(flags, marks, notTaken, took.untold, at);
  return {
    ...{ refused, notTaken, partly: [...took.untold, ...took.unsaid] },
    told: withSent(consents.known, marks, took.unsaid, at),
    written: besideConsents(marks).length - took.refused.length,
  };
}

/** Of a trial, which writes nothing. */
export const notWritten = (
  marks: readonly Mark[],
  { known }: ConsentsOut,
  unnamed: readonly Refusal[],
): Written => ({
  ...{ refused: [...unnamed], notTaken: new Set(unnamed.map(keyOf)), partly: [], told: known },
  written: besideConsents(marks).length,
});
