/** The reasons that ClearDial writes into a CRM's records: short, and without dates, so that they rarely change. English (UK). */
import { fill } from "../language.ts";

export const connectorReasons: Record<string, string> = {
  canary: "ClearDial's own test number",
  objection: "told us not to call",
  house: "on our do-not-call list",
  "needs-consent": "needs consent first",
  "message-needs-consent": "a message needs consent first",
  "withheld-caller-id": "the dial would hide our number",
  "not-our-number": "the dial would show a number that is not ours",
  "nobody-to-ask": "somebody must read it first",
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
  "not-judged": "not judged",
  "not-a-number": "not a telephone number",
  "not-whole": "not fully screened: the CRM did not give all of its numbers",
  "two-numbers": "its digits would not ring it",
  "out-of-hours": "outside calling hours",
  holiday: "public holiday",
  consent: "consent is on record",
  "soft-opt-in": "a customer's soft opt-in is on record",
  grace: "newly on {list}",
  emergency: "a number for emergencies or help",
  internal: "an extension of the own exchange",
  "not-listed": "not on {list}",
  "person-objected": "one person on it told us not to call",
  "scope-unsaid": "objected on another number",
  "not-authorised": "pensions calls need an authorised firm",
  cap: "called as often as the law allows",
  rest: "refused: the law gives rest",
  "law-hours": "outside the law's hours",
  "law-holiday": "public holiday by law",
  "holidays-unknown": "this year's public holidays are not known",
  "no-rules": "the law of its country is not known",
  unconfirmed: "the law is not fully confirmed",
  presentation: "another number must be shown",
  outage: "checked before an outage",
  ground: "on {list}, called on our declared ground",
  product: "consent for a certain product is on record",
  sector: "some goods may not be sold here by telephone",
  agreed: "consent is on record",
  "call-back": "one call back, under review",
  "open-by-law": "the law asks for no consent",
};

/** A reason in a few words. A code that is not listed above is a register's id; `list` is the register's name, if known. */
export const connectorReason = (code: string, list: string): string =>
  fill(connectorReasons[code] ?? "on {list}", { list: list === "" ? code.toUpperCase() : list });

/** Why a number is on the do-not-call list by a CRM's flag. `by`: who said so, "" where the CRM does not tell. */
export const flagReason = (crm: string, by: string): string =>
  by === ""
    ? fill("the CRM {crm} says not to call", { crm })
    : fill("they told us not to call, says the CRM {crm}: {by}", { crm, by });
