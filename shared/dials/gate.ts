/**
 * What a telephone system's gate says of a call. It stops, and asks nobody: there is no person who could say yes, so what asks
 * one elsewhere is denied. docs/gate.md has the table. Pure.
 */
import { handling } from "../check/override.ts";
import type { Reason } from "../check/api.ts";
import { type Decision, ringsOf } from "../check/verdict.ts";
import { MINUTE, SECOND } from "../core/time.ts";
import type { Policy } from "../policy/policy.ts";
import { type OwnScheme, parseDialAddress } from "./address.ts";
import { lineReading } from "./line.ts";

/** How long an answer holds: for the call to be set up, not for another one. */
export const HOLDS = 30 * SECOND;

/** The number in what a telephone system says: written, or in a SIP or tel address; "" where it is an account with a name. */
export function dialledBy(said: string, schemes: readonly OwnScheme[]): string {
  // A display name may say anything, an address too: what is quoted is none, and of two nobody knows which is meant.
  const bare = said.replace(/"(?:[^"\\]|\\.)*"/g, " ");
  const [first, second] = [...bare.matchAll(/<([^<>]*)>/g)];
  if (second) return "";
  const text = (first?.[1] ?? bare).trim();
  const isAddress = /^[a-z][a-z0-9+.-]*:/i.test(text);
  if (!isAddress && !text.includes("@")) return text;
  const { written = "" } = parseDialAddress(isAddress ? text : `sip:${text}`, schemes) ?? {};
  return /\d/.test(written) ? written : "";
}

export interface Caller {
  /** The number that the call shows, in E.164, if it is one of the company's; null where nobody said. */
  shown: string | null;
  /** Why no call may go out like this (PECR 2003 reg 21(A1)); null where nothing is wrong. */
  fault: Reason | null;
}

/** What a telephone system says of a caller: the number, and the SIP header `Privacy`. */
interface Says {
  from?: string | undefined;
  privacy?: string | undefined;
}

/** The number that a call shows, as it is written; null where the caller hides, undefined where nobody said. */
export function writtenBy({ from, privacy = "" }: Says): string | null | undefined {
  const asked = privacy
    .split(/[;,]/)
    .map((value) => value.trim().toLowerCase())
    .filter((value) => value !== "" && value !== "none");
  if (asked.length > 0) return null;
  if (from === undefined) return undefined;
  const written = dialledBy(from, []);
  const hides = /\banonymous\b/i.test(from) || !SOME_DIGITS.test(written) || ANONYMOUS.test(written);
  return hides ? null : written;
}

/** Who calls: a caller who hides, and a number that is not the company's, call nobody. */
export function callerOf(says: Says, policy: Policy, lineRegion: string): Caller {
  const written = writtenBy(says);
  if (written === null) return { shown: null, fault: HIDDEN };
  if (written === undefined) return { shown: null, fault: null };
  const shown = ownNumber(written, policy.identity.ownNumbers, lineRegion);
  return { shown, fault: shown === null ? NOT_OURS : null };
}

const HIDDEN: Reason = { code: "withheld-caller-id" };
const NOT_OURS: Reason = { code: "not-our-number" };

/** As a number is written, in pairs, too. */
const SOME_DIGITS = /\d(?:[\s()./-]*\d){2}/;
/** What providers put for a caller who hides: ANONYMOUS on a telephone's keys (docs/sources.md). */
const ANONYMOUS = /^\+?266696687$/;

/** So many last digits of a number are written in whatever form. */
const SUBSCRIBER = 6;

/** One of the company's numbers, as a line of the region shows it, or in E.164 without its plus; null where it is none of them. */
export function ownNumber(written: string, own: readonly string[], region: string): string | null {
  if (/[^\d+().\s/-]/.test(written)) return null;
  const rings = ringsOf(lineReading(written, region));
  const digits = written.replace(/\D/g, "");
  // An exchange drops digits behind a whole number; a called party sees them.
  const isShown = (n: string) =>
    rings.length === 1 && rings[0] === n && digits.endsWith(n.slice(-SUBSCRIBER));
  return own.find((n) => isShown(n) || n === `+${digits}`) ?? null;
}

/** There is no subscriber behind these. */
const services: ReadonlySet<string> = new Set(["emergency", "internal"]);

export interface GateSays {
  allowed: boolean;
  /** As the evidence keeps it. */
  decision: Decision;
}

/** `found`: the decision on what would ring. Only what passes without a person is allowed. */
export function gateSays(found: Decision, fault: Reason | null, policy: Policy): GateSays {
  if (found.verdict === "clear" && found.reasons.some(({ code }) => services.has(code)))
    return { allowed: true, decision: found };
  if (fault) {
    const barring = found.reasons.filter(({ code }) => code !== "not-listed");
    return { allowed: false, decision: { verdict: "blocked", reasons: [fault, ...barring] } };
  }
  const how = handling(found, policy);
  if (how === "pass") return { allowed: true, decision: found };
  const asks = found.verdict === "caution" ? [{ code: "nobody-to-ask" }] : [];
  return { allowed: false, decision: { ...found, reasons: [...found.reasons, ...asks] } };
}

/**
 * Until when an answer holds: no longer than the clock leaves it as it is. Hours and days begin with a minute, and less than
 * one is looked ahead.
 */
export function holdsUntil(now: number, isSame: (at: number) => boolean): number {
  const last = now + HOLDS;
  return isSame(last) ? last : Math.floor(last / MINUTE) * MINUTE;
}
