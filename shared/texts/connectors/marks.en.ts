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
  "not-listed": "not on {list}",
  "person-objected": "one person on it told us not to call",
  "scope-unsaid": "objected on another number",
  "law-barred": "barred by law",
  "not-authorised": "pensions calls need an authorised firm",
  cap: "called as often as the law allows",
  rest: "refused: the law gives rest",
  "law-hours": "outside the law's hours",
  "law-holiday": "public holiday by law",
  "no-rules": "the law of its country is not known",
  unconfirmed: "the law of its country is not confirmed",
  presentation: "another number must be shown",
  outage: "checked before an outage",
  ground: "on {list}, called on our declared ground",
  "call-back": "one call back, under review",
  "open-by-law": "the law asks for no consent",
};

/** A reason in a few words. A code that is not listed above is a register's id; `list` is the register's name, if known. */
export const connectorReason = (code: string, list: string): string =>
  fill(connectorReasons[code] ?? "on {list}", { list: list === "" ? code.toUpperCase() : list });
