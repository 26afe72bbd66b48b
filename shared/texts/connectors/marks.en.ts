/** What is written to a CRM's records, in English (United Kingdom): short, and without dates. */
import { fill } from "../language.ts";

export const connectorReasons: Record<string, string> = {
  objection: "told us not to call",
  house: "on our do-not-call list",
  "needs-consent": "needs consent first",
  "withheld-caller-id": "the dial would hide our number",
  "not-screened": "{list} was never loaded",
  "stale-list": "our copy of {list} is too old",
  "not-asked": "{list} was not asked yet",
  "being-asked": "{list} was not asked yet",
  "lookup-failed": "{list} did not answer",
  "lookup-budget": "{list} was not asked: the day's lookups are used up",
  "stale-answer": "what {list} said is too old",
  "number-lost": "a spreadsheet lost its digits",
  "no-register": "no register for its country",
  "country-unclear": "its country is not clear",
  offline: "not checked",
  "signed-out": "not checked",
  "not-a-number": "no telephone number",
  "out-of-hours": "outside calling hours",
  holiday: "a public holiday",
  consent: "consent is on record",
  grace: "newly on {list}",
  "not-listed": "not on {list}",
};

/** A reason in a few words; a register's own code names the register. */
export const connectorReason = (code: string, list: string): string =>
  fill(connectorReasons[code] ?? "on {list}", { list: list === "" ? code.toUpperCase() : list });
