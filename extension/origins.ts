/** Origins (`https://crm.example:8443`) and Chrome's match patterns for them. */
import { covers } from "../shared/policy/sites.ts";

/** The match pattern of an origin. To Chrome, a pattern without a port covers every port. */
export const patternOf = (origin: string) => `${origin}/*`;

/** The origin of a match pattern; an origin is returned as it is. */
export const originOfPattern = (pattern: string) => pattern.replace(/\/\*?$/, "");

/** An origin for people to read: `crm.example:8443`, or `*.lightning.force.com`. */
export const hostOf = (origin: string) => origin.replace(/^https?:\/\//, "");

/** The entry of `covered` that covers this origin, preferably the origin itself; null where no entry does. */
export const coveringOf = (covered: readonly string[], origin: string): string | null =>
  covered.includes(origin) ? origin : (covered.find((by) => covers(by, origin)) ?? null);
