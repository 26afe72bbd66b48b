/**
 * A source that answers whether a number stands on a register: a file a source. It says what it knows now; what it cannot
 * say it leaves out, and the number stays unknown. No method tries twice: who asks knows when.
 */
import type { Env } from "../env.ts";

export interface Said {
  /** E.164, as it was asked. */
  number: string;
  /** The register's id. */
  list: string;
  listed: boolean;
}

export interface Source {
  /** The ids of the registers that it answers for. */
  registers: readonly string[];
  /** ISO countries whose numbers it knows. */
  regions: readonly string[];
  /** Most numbers of one question. */
  most: number;
  /** Throws a LookupError where there is no answer, or one that cannot be read. */
  ask: (
    numbers: readonly string[],
    registers: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly Said[]>;
}

/** Null where it is not configured. */
export type Open = (env: Env) => Source | null;

/** The message names a source and what it answered, never a number: it stands on the desk and in mails. */
export class LookupError extends Error {}

/** The registers of the United Kingdom, which most sources answer for. */
export const UK = { registers: ["tps", "ctps"], regions: ["GB"] } as const;
