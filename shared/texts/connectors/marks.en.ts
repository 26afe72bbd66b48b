/** The reasons that ClearDial writes into a CRM's records: short, and without dates, so that they rarely change. English (UK). */
import { fill } from "../language.ts";

export const connectorReasons: Record<string, string> = {
  objection: "told us not to call",
  house: "on our do-not-call list",
  "needs-consent": "needs consent first",
  "message-needs-consent": "a message needs consent first",
  "withheld-caller-id": "the dial would hide our number",
  "not-screened": "{list} was never loaded",
  "stale-list": "our copy of {list} is too old",
  "not-asked": "not looked up with {list} yet",
  "being-asked": "not looked up with {list} yet",
  "lookup-failed": "{list} did not answer",
  "lookup-budget": "not looked up with {list}: today's lookups are used up",
  "stale-answer": "the answer of {list} is too old",
  "number-lost": "a spreadsheet lost its digits",
  "no-register": "no register for its country",
  "country-unclear": "its country is unclear",
  offline: "not checked",
  "signed-out": "not checked",
  "not-a-number": "not a telephone number",
  "two-numbers": "its digits would not ring it",
  "out-of-hours": "outside calling hours",
  holiday: "public holiday",
  consent: "consent is on record",
  "soft-opt-in": "a customer's soft opt-in is on record",
  grace: "newly on {list}",
  emergency: "an emergency number",
  internal: "an extension of the own exchange",
  "not-listed": "not on {list}",
};

/** A reason in a few words. A code that is not listed above is a register's id; `list` is the register's name, if known. */
export const connectorReason = (code: string, list: string): string =>
  fill(connectorReasons[code] ?? "on {list}", { list: list === "" ? code.toUpperCase() : list });
