/** A change as the Ledger takes it. A leaf module: `env.ts` names the Ledger's calls without importing the Ledger. */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Statement } from "./sql.ts";

/** What the audit row says. `subject` is an opaque id, never a name or a number: those belong in the payload. */
export interface Event {
  code: string;
  subject: string;
  payload: unknown;
  /** The roots of the rows that the event binds field by field. */
  binds?: readonly string[];
  /** The actor of a request without a token, such as `public`. The default is `system`: the Worker itself. */
  by?: string;
  /** Set where the change's own statements keep the payload and this salt. */
  salt?: string;
}

/** `actor` is a person's id, `system` or `public`. All statements and the audit row are written, or none. */
export interface Change {
  actor: string;
  event: Event;
  statements: Statement[];
}

/** Rows from the end of the trail that the Ledger wrote and the table has no more; and the last one's hash. */
export interface Lost {
  first: number;
  last: number;
  hash: string;
}

/** What the Ledger remembers, in its own storage, where the database's owner cannot write (written.ts). */
export interface Written {
  /** The last row that it wrote. */
  seq: number;
  hash: string;
  /** Of the Worker's keys, by their thumbprints, from which row on, at the latest, each is in force. */
  keyed: Record<string, number>;
  /** What was gone when it wrote on, and no officer has accounted for. */
  lost: Lost[];
}

/** How far the Worker has come in comparing all that there is with the trail (trail/deep/walk.ts). */
export interface Walk {
  /** In ISO 8601. */
  began: string;
  /** The step that is next, and where in it, as the one before said; null: at its beginning. */
  step: number;
  after: string | null;
  /** How many steps there are. */
  of?: number;
  /** How often this step has failed in a row. */
  failed: number;
  /** What it found until now, and what it had found by the end of the last time. */
  found: string[];
  told: string[];
  /** Of archived objects. */
  files?: WalkedFiles;
}
/** How far the Worker has come in reading them (trail/deep/files.ts). */
export interface WalkedFiles {
  /** In ISO 8601. */
  began: string;
  /** The one behind which it goes on; null: at the beginning. */
  after: string | null;
  isOver: boolean;
  /** Those that are lost, as far as it came, and as the round before had them. */
  lost: string[];
  told: string[];
}

/** The calls that the Ledger (core/ledger.ts) answers. */
export interface LedgerCalls extends Rpc.DurableObjectBranded {
  /** Null once written; else the database's error message. */
  commit(change: Change): Promise<string | null>;
  /** Null: nothing yet. */
  written(): Promise<Written | null>;
  /** The last row that an archive took, as far as it was ever told; it is told of row `upTo`. */
  archived(upTo: number): Promise<number>;
  /** Null: it has not begun. */
  walked(): Promise<Walk | null>;
  walk(to: Walk): Promise<void>;
}

/** What a token is stored as, or its successor. */
export interface CodedToken {
  id: string;
  person: string;
  hash: string;
  mac: string | null;
}

/** 16 random bytes in hex. */
export const newSalt = (): string => bytesToHex(crypto.getRandomValues(new Uint8Array(16)));
