/**
 * An entry that waits for its review holds for one call back, and so does its number: no other such entry while one waits,
 * for seven days after one was used, and after one was refused, until somebody who may record consents records one. What a CRM's record
 * claims holds for no call before its review: withdrawn before that, it keeps no other back.
 */
import type { Consent } from "../../shared/do-not-call/api-consents.ts";
import { kindOf, lifting } from "../../shared/do-not-call/kind.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { DAY } from "../../shared/core/time.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { type Query, query } from "../core/batch.ts";
import { Problem } from "../core/errors.ts";
import { claimedIn, kindIn, unrestricted } from "./brief.ts";

const lifts = (of: string): string =>
  `${kindIn(of)} IN ('notification', 'prior', 'solicited') AND ${of}.medium IS NOT 'message'`;

const why = {
  waits: details.consentWaiting,
  used: details.consentUsed,
  refused: details.consentRefused,
} as const;
export interface Earlier {
  number: number;
  why: keyof typeof why;
}

/** Of some numbers (JSON), those that have had their one call back at a moment (ISO 8601), and why. */
export const earlierOf = (numbers: string, at: string): Query<Earlier> =>
  query<Earlier>(
    `SELECT number, CASE WHEN MAX(waits) THEN 'waits' WHEN MAX(refused) THEN 'refused' ELSE 'used' END AS why FROM (
       SELECT c.number, c.state = 'review' AND c.withdrawn_at IS NULL AS waits,
         EXISTS (SELECT 1 FROM consent_uses u WHERE u.consent = c.id AND u.at > ?2) AS used,
         (c.state = 'refused' OR c.state = 'review' AND c.withdrawn_at IS NOT NULL) AND NOT EXISTS (
           SELECT 1 FROM consents g WHERE g.number = c.number AND g.state = 'good' AND ${lifts("g")}
             AND ${unrestricted("consent", "g.id")}
             AND COALESCE(g.reviewed_at, g.at) > COALESCE(c.reviewed_at, c.withdrawn_at)) AS refused
       FROM consents c WHERE c.number IN (SELECT value FROM json_each(?1))
         AND (c.state <> 'good' OR c.reviewed_at IS NOT NULL) AND c.giver IS NOT 'other'
         AND NOT (c.state = 'review' AND c.withdrawn_at IS NOT NULL AND ${claimedIn("c")})
         AND ${lifts("c")} AND ${unrestricted("consent", "c.id")})
     WHERE waits OR used OR refused GROUP BY number`,
    numbers,
    new Date(Date.parse(at) - 7 * DAY).toISOString(),
  );

/** Why a consent cannot be recorded by what is on record of its number; null where it can. */
export function holdsAgain(consent: Consent, earlier: Earlier["why"] | undefined): Problem | null {
  const once = consent.state === "review" && consent.medium !== "message" && lifting.has(kindOf(consent));
  return once && earlier ? new Problem("consent-waits", why[earlier]) : null;
}

/** `holdsAgain` of one consent, from the database. */
export async function waitsFor(db: D1Database, consent: Consent): Promise<Problem | null> {
  const { text, params } = earlierOf(JSON.stringify([numberOf(consent.number)]), consent.at);
  const earlier = await db
    .prepare(text)
    .bind(...params)
    .first<Earlier>();
  return holdsAgain(consent, earlier?.why);
}
