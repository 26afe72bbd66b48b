import type { RecipientKind } from "./recipients.ts";

/** What is sent to recipients: each kind of message with the data that it has. No zod here, as the desk imports it. */
export const disclosed = {
  /** To CRMs: what is written into their fields. */
  marks: ["record", "verdict", "date", "reasons", "flag", "who", "when", "consent"],
  turned: ["number", "verdict", "register", "date"],
  ping: [],
  question: ["number"],
  /** What a CRM holds of a requester, and that it is to be erased there. */
  look: ["number", "address", "record"],
  erase: ["record"],
  /** To people of the company, and to those who made a request. */
  mail: ["address", "name", "text"],
  "mail-requester": ["address", "text"],
  /** To a store of the company. */
  recording: ["audio"],
  file: ["file"],
  hash: ["hash"],
  "sign-in": ["sign-in"],
  /** What a person takes out. */
  copy: ["copy"],
  proof: ["proof"],
  trail: ["trail"],
  dials: ["dial"],
  calls: ["call"],
  recordings: ["row"],
  /** To a dialler, which a system takes out. */
  callable: ["number"],
} as const;

/** What a message of this kind has; of what a later release counted, nothing is known. An earlier one counted looks as questions. */
export const fieldsOf = (kind: RecipientKind, what: string): readonly DisclosedField[] =>
  (disclosed as Record<string, readonly DisclosedField[]>)[
    kind === "connector" && what === "question" ? "look" : what
  ] ?? [];

export type Disclosed = keyof typeof disclosed;
export type DisclosedField = (typeof disclosed)[Disclosed][number];
