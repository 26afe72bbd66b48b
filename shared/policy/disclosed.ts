/** What is sent to recipients: each kind of message with the data that it has. No zod here, as the desk imports it. */
export const disclosed = {
  /** To CRMs: what is written into their fields. */
  marks: ["record", "verdict", "date", "reasons", "flag"],
  turned: ["number", "verdict", "register", "date"],
  ping: [],
  question: ["number"],
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
} as const;

export type Disclosed = keyof typeof disclosed;
export type DisclosedField = (typeof disclosed)[Disclosed][number];
