/**
 * How the version before soft opt-ins (migration 0018) read what a database and an answer hold of consents: copied, and
 * kept as it was. It runs in browsers that have not been updated, and in a Worker that was put back.
 */
interface Consent {
  basis: string;
  givenAt: string;
  until: string | null;
}

/** The statement by which its Worker read the live consents of some numbers (JSON). */
export const liveConsentsBefore = `SELECT number, basis, given_at AS givenAt, until, at, withdrawn_at AS withdrawnAt
  FROM consents WHERE number IN (SELECT value FROM json_each(?)) AND withdrawn_at IS NULL ORDER BY given_at`;

/** Whether its `decide` took the consents of a number for consent to calls. */
export const consentedBefore = (facts: { consents: Consent[] }, now: number): boolean =>
  facts.consents
    .filter(
      (c) =>
        (c.until === null || c.until >= new Date(now).toISOString().slice(0, 10)) &&
        Date.parse(c.givenAt) <= now,
    )
    .some((c) => c.basis !== "service");
