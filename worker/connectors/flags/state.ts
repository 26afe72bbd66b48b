/** What is known of a record's flags, and the numbers that they close. */
import type { Contact, Told } from "../connector.ts";
import type { Found } from "../judge.ts";

/**
 * By `*` for the record's own, by `person` for what the CRM says of its person, or by number (E.164): who set it, and when it was first
 * read or set (ISO 8601). Of ours, `wrote`: the entry that it was set for (absent: by an earlier Worker, which took none back), and `back`:
 * when it was taken back, once at most. `told`: what ClearDial wrote as who said so and when; `left`: what these fields held when it wrote
 * nothing there. `put`: the CRM took it; absent of one known from its words alone. `lost`: when it was first found not set there, within
 * a day of that, beside words of ClearDial's, or once taken back; `left` is then what the fields held when that was read last. `unseen`: when it was first
 * read as unset so soon after ClearDial's writing that the answer may be from before it; gone once ClearDial's words were read.
 */
export type Flags = Record<string, Flag>;
export interface Flag {
  by: "theirs" | "ours";
  at: string;
  wrote?: string;
  back?: string;
  told?: Told;
  left?: Told;
  put?: true;
  lost?: string;
  unseen?: string;
}
export const WHOLE = "*";
export const PERSON = "person";

/** A record of a slice with its numbers. */
export interface Read {
  contact: Contact;
  found: readonly Found[];
}

/** The numbers that are one for certain. */
export const sure = (found: readonly Found[]): string[] => [
  ...new Set(found.flatMap(({ numbers }) => (numbers.length === 1 ? numbers : []))),
];

/** All readings of the numbers, also of those of which the country is not clear. */
export const readingsOf = (found: readonly Found[]): string[] => [
  ...new Set(found.flatMap(({ numbers }) => numbers)),
];
