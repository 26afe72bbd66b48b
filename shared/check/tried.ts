/** What a number's facts are after calls that the Worker has not counted yet. */
import type { Facts } from "./api.ts";

/** `times` of attempts, unanswered ones too; one that the facts count already is not counted twice. */
export function tried(facts: Facts, times: readonly string[]): Facts {
  const { contacts, consents } = facts;
  const fresh = times.filter((at) => !contacts?.attempts.includes(at));
  if (fresh.length === 0) return facts;
  return {
    ...facts,
    ...(contacts && { contacts: { ...contacts, attempts: [...contacts.attempts, ...fresh] } }),
    consents: consents.map((c) => (c.left === undefined ? c : { ...c, left: c.left - fresh.length })),
  };
}
