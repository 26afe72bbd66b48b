/** What a call that goes on changes: the consents that it uses are noted, and a law that caps calls counts it. */
import { countsCalls } from "../check/contacts.ts";
import { changed } from "../core/commit.ts";
import type { Statement } from "../core/sql.ts";
import type { Rested } from "../do-not-call/brief.ts";
import { usedBy } from "../do-not-call/uses.ts";
import type { Dial } from "./rows.ts";

/** `used`: by the call's moment. `tried`: by that of its arrival alone, which is when they are used. */
export function madeBy(dial: Dial, used: readonly Rested[], tried: readonly Rested[] = []): Statement[] {
  const { id, at, number, action, refused, medium, sighting, arrival, deviceAt } = dial;
  const use = { ref: sighting ?? id, at, notedAt: at };
  if (number === null || action === "held" || refused) return [];
  return [
    // What is overridden as no marketing rests on no consent. All sightings of a call use one once.
    ...(action === "overridden"
      ? []
      : [...usedBy(number, used, { ...use, at: arrival ? deviceAt : at }), ...usedBy(number, tried, use)]),
    ...(medium === "call" && countsCalls(number) ? [changed("number", number)] : []),
  ];
}
