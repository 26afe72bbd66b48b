/**
 * The in-house list and consents as rows: whole, for the routes that keep them, and in brief, for the facts of a
 * number.
 */
import type { Consent, ConsentBasis, Suppression } from "../../shared/do-not-call/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { query } from "../core/batch.ts";

export type SuppressionRow = Omit<Suppression, "number" | "unverified"> & {
  number: number;
  unverified: number;
};
export const suppressionColumns = `id, number, kind, reason, source, until, by, at,
  ended_at AS endedAt, ended_by AS endedBy, ended_reason AS endedReason, unverified`;
export const toSuppression = (row: SuppressionRow): Suppression => ({
  ...row,
  number: e164Of(row.number),
  unverified: row.unverified === 1,
});

export type ConsentRow = Omit<Consent, "number"> & { number: number };
/** A row's basis. A soft opt-in is stored as one that counts for no call, so that older Workers do not let it (0019). */
export const basisColumn = "IIF(soft_opt_in, 'soft-opt-in', basis) AS basis";
/** What is stored for a basis, given as SQL. */
export const storedBasis = (basis: string): string =>
  `IIF(${basis} = 'soft-opt-in', 'service', ${basis}), ${basis} = 'soft-opt-in'`;
export const consentColumns = `id, number, ${basisColumn}, given_by AS givenBy, given_at AS givenAt, evidence, until, by, at,
  withdrawn_at AS withdrawnAt`;
export const toConsent = (row: ConsentRow): Consent => ({ ...row, number: e164Of(row.number) });

/** The live entry of a number and kind: there is at most one. */
export const liveEntry = (
  db: D1Database,
  e164: string,
  kind: Suppression["kind"],
): Promise<SuppressionRow | null> =>
  db
    .prepare(
      `SELECT ${suppressionColumns} FROM suppressions WHERE number = ? AND kind = ? AND ended_at IS NULL`,
    )
    .bind(numberOf(e164), kind)
    .first<SuppressionRow>();

/**
 * Whether a consent was given after an objection. The later of the two applies (PECR reg 21(4), (5)), so a repeated
 * objection needs a new entry with a new date.
 */
export async function consentedSince(db: D1Database, live: SuppressionRow): Promise<boolean> {
  if (live.kind !== "objection") return false;
  const consent = await db
    .prepare("SELECT 1 FROM consents WHERE number = ? AND withdrawn_at IS NULL AND given_at > ?")
    .bind(live.number, live.at)
    .first();
  return consent !== null;
}

/** An entry as the facts of a number need it. */
export interface BriefEntry {
  number: number;
  kind: Suppression["kind"];
  reason: string;
  at: string;
  until: string | null;
  endedAt: string | null;
}
/** A consent as the facts of a number need it; `at` is when it was entered, `givenAt` when it was given. */
export interface BriefConsent {
  number: number;
  basis: ConsentBasis;
  givenAt: string;
  until: string | null;
  at: string;
  withdrawnAt: string | null;
}

const entries = `SELECT number, kind, reason, at, until, ended_at AS endedAt FROM suppressions
  WHERE number IN (SELECT value FROM json_each(?))`;
const consents = `SELECT number, ${basisColumn}, given_at AS givenAt, until, at, withdrawn_at AS withdrawnAt FROM consents
  WHERE number IN (SELECT value FROM json_each(?))`;

/** The entries of some numbers (JSON), oldest first: those that are live, or with those that have ended. */
export const liveEntriesOf = (numbers: string) =>
  query<BriefEntry>(`${entries} AND ended_at IS NULL ORDER BY at`, numbers);
export const allEntriesOf = (numbers: string) => query<BriefEntry>(`${entries} ORDER BY at`, numbers);

/** The consents of some numbers (JSON), oldest first: those that are live, or with those that were withdrawn. */
export const liveConsentsOf = (numbers: string) =>
  query<BriefConsent>(`${consents} AND withdrawn_at IS NULL ORDER BY given_at`, numbers);
export const allConsentsOf = (numbers: string) =>
  query<BriefConsent>(`${consents} ORDER BY given_at`, numbers);
