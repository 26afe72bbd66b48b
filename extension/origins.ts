/** Origins and Chrome's match patterns. */
import { covers } from "../shared/policy/sites.ts";

/** A pattern without a port stands for every port. */
export const patternOf = (origin: string) => `${origin}/*`;

/** The origin of a pattern, or an origin as it is. */
export const originOfPattern = (pattern: string) => pattern.replace(/\/\*?$/, "");

/** What people read: `crm.example:8443`, or `*.lightning.force.com`. */
export const hostOf = (origin: string) => origin.replace(/^https?:\/\//, "");

/** The origin on the list that takes in this one; itself before any other. */
export const coveringOf = (covered: readonly string[], origin: string): string | null =>
  covered.includes(origin) ? origin : (covered.find((by) => covers(by, origin)) ?? null);
