/**
 * A source: a service that answers whether a number is on a register. Each one has its own file. It returns what it
 * knows now and leaves out what it does not: such a number stays unknown. A source never retries; ask.ts does.
 */
import type { Env } from "../env.ts";

export interface Said {
  /** E.164, as in the question. */
  number: string;
  /** The register's id. */
  list: string;
  listed: boolean;
}

export interface Source {
  host: string;
  /** Ids of the registers that it answers for. */
  registers: readonly string[];
  /** ISO countries whose numbers it knows. */
  regions: readonly string[];
  /** The most numbers that one question may have. */
  most: number;
  /** Throws a LookupError where no answer comes, or one that cannot be read. */
  ask: (
    numbers: readonly string[],
    registers: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly Said[]>;
}

/** Opens a source; null where it is not configured. */
export type Open = (env: Env) => Source | null;

/** The message names the source and what it answered, but never a number: the desk and mails show it. */
export class LookupError extends Error {}
/** Nothing was asked: the source is no recipient of the policy. */
export class NotAsked extends LookupError {}

/** The registers of the United Kingdom, for which most sources answer. */
export const UK = { registers: ["tps", "ctps"], regions: ["GB"] } as const;
