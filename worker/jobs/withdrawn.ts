/**
 * Closes the numbers of those who withdrew a consent to live calls under a Worker that closed nothing then (PECR 2003 reg 21(5)):
 * before an upgrade, or after going back to an older one. Nobody said there whether it was a mistake: that is the stricter reading,
 * and compliance ends a mistaken one.
 */
import type { Suppression } from "../../shared/do-not-call/api.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { changedNumbers, record } from "../core/commit.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import { claimedIn, evidencedIn, kindIn, unrestricted } from "../do-not-call/brief.ts";
import { changeEntries, endOf, endsOf, saySpread } from "../do-not-call/changes.ts";
import { REPLACED } from "../do-not-call/refusals.ts";
import { insertEntries, newEntry } from "../do-not-call/rows.ts";
import { after, type Planned, spreadOf } from "../do-not-call/spread.ts";
import type { Env } from "../env.ts";

const MARK = "withdrawals-seen";
/** What a Worker of before went by: where it has come to its end, all that was withdrawn until then has been looked at. */
const BEFORE = { mark: "withdrawals-closed", end: "~" };
/** Consents a slice, and slices a run. */
const BOUNDS = { most: 500, slices: 20 };
/** What is younger may be written while a later one is there already. */
const SETTLED = 2 * MINUTE;

interface Withdrawn {
  number: number;
  /** When it was last withdrawn. */
  at: string;
  /** The live objection that it takes the place of: an unverified one, or one that the subscriber consented after. */
  live: string | null;
  scope: Suppression["scope"] | null;
  said: string | null;
}

/**
 * SQL: when the number's last consent to live calls was given that stands against an earlier objection. Where that was after the
 * withdrawal, an objection that nobody has verified stays what it is: verified, it would be a stranger's word against the consent.
 */
const AGREED = `(SELECT MAX(k.given_at) FROM consents k WHERE k.number = c.number AND k.withdrawn_at IS NULL AND k.state = 'good'
    AND k.medium IS NOT 'message' AND ${kindIn("k")} IN ('notification', 'prior')
    AND EXISTS (SELECT 1 FROM json_each(k.calls) WHERE value = 'general') AND (${evidencedIn("k")})
    AND ${unrestricted("consent", "k.id")})`;

const SAID = "COALESCE(s.heard_at, s.at)";
/**
 * SQL: what was withdrawn of some consents, by number, where no objection says as much, and none did that was ended since. One that
 * its event tells why it was withdrawn was so by a Worker that closes it itself, and so was a CRM's claim.
 */
const WITHDRAWN = `SELECT c.number, MAX(c.withdrawn_at) AS at, s.id AS live, s.scope, ${SAID} AS said
  FROM consents c LEFT JOIN suppressions s ON s.number = c.number AND s.kind = 'objection' AND s.ended_at IS NULL
    AND s.origin IS NULL AND s.keeps_line = 0
  WHERE c.id IN (SELECT value FROM json_each(?1)) AND c.state <> 'refused' AND c.medium IS NOT 'message'
    AND ${kindIn("c")} IN ('notification', 'prior') AND EXISTS (SELECT 1 FROM json_each(c.calls) WHERE value = 'general')
    AND ${unrestricted("consent", "c.id")} AND NOT ${claimedIn("c")}
    AND NOT EXISTS (SELECT 1 FROM audit a JOIN audit_payload p USING (seq) WHERE a.subject = c.id AND a.subject <> ''
      AND a.code = 'consent.withdrawn' AND json_valid(p.payload) AND p.payload ->> 'because' IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM suppressions e WHERE e.number = c.number AND e.source = ?2 AND e.ended_at IS NOT NULL
      AND e.at >= c.withdrawn_at)
  GROUP BY c.number
  HAVING s.id IS NULL OR IIF(s.unverified = 1, COALESCE(${AGREED}, '') <= MAX(c.withdrawn_at),
    ${SAID} < MAX(c.withdrawn_at) AND EXISTS (SELECT 1 FROM consents k
      WHERE k.number = c.number AND k.withdrawn_at IS NULL AND k.given_at > ${SAID}))`;

/** Throws an Error with the database's words; the next run goes on from the last slice. `bounds` for tests. */
export async function closeWithdrawn(env: Env, { most, slices } = BOUNDS): Promise<void> {
  const until = new Date(Date.now() - SETTLED).toISOString();
  let from = await seenTo(env.DB);
  for (let n = 0; n < slices; n++) {
    const { results: next } = await env.DB.prepare(
      `SELECT withdrawn_at AS at, id FROM consents WHERE withdrawn_at IS NOT NULL AND (withdrawn_at, id) > (?1, ?2)
         AND withdrawn_at <= ?3 ORDER BY withdrawn_at, id LIMIT ?4`,
    )
      .bind(...from, until, most)
      .all<{ at: string; id: string }>();
    const last = next.at(-1);
    if (!last) return;
    const { results } = await env.DB.prepare(WITHDRAWN)
      .bind(JSON.stringify(next.map(({ id }) => id)), entriesEn.withdrew.source)
      .all<Withdrawn>();
    from = [last.at, last.id];
    const moved = sql(
      "INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)",
      ...[MARK, JSON.stringify(from)],
    );
    if (results.length === 0) await prepare(env.DB, moved).run();
    else await close(env, results, moved);
    if (next.length < most) return;
  }
}

/**
 * When what was looked at last was withdrawn, and its id. Where a Worker of before had looked at all, it begins with the oldest month
 * that is not archived: of older ones nobody can tell by now why they were withdrawn.
 */
async function seenTo(db: D1Database): Promise<[at: string, id: string]> {
  const row = await db
    .prepare(
      `SELECT (SELECT value FROM marks WHERE name = ?1) AS seen,
         IIF((SELECT value FROM marks WHERE name = ?2) = ?3, (SELECT at FROM audit ORDER BY seq LIMIT 1), '') AS start`,
    )
    .bind(MARK, BEFORE.mark, BEFORE.end)
    .first<{ seen: string | null; start: string | null }>();
  return row?.seen ? (JSON.parse(row.seen) as [string, string]) : [row?.start ?? "", ""];
}

async function close(env: Env, rows: readonly Withdrawn[], moved: Statement): Promise<void> {
  const at = new Date().toISOString();
  const planned = rows.map(({ number, live, scope, said, at: withdrawnAt }): Planned => ({
    entry: newEntry({
      ...{ number: e164Of(number), kind: "objection", ...entriesEn.withdrew, until: null, by: "system", at },
      scope: after(scope && { scope }, "line"),
      // Later words of theirs stand.
      heardAt: said !== null && said > withdrawnAt ? said : withdrawnAt,
    }),
    replaces: live,
  }));
  const { spread, moves, then } = await spreadOf(env.DB, planned, { by: "system", at });
  const ends = await endsOf(
    env.DB,
    endOf(at, "system", REPLACED),
    planned.map(({ replaces }) => replaces),
  );
  const entries = planned.map(({ entry }) => entry);
  await record(env, {
    actor: "system",
    event: {
      code: "suppression.imported",
      subject: crypto.randomUUID(),
      payload: {
        entries: planned.map(
          ({ entry: { id, number: e164, kind, reason, source, scope, heardAt }, replaces }) => ({
            ...{ id, e164, kind, reason, source, until: null, scope, heardAt, replaces },
          }),
        ),
        ...saySpread(spread),
      },
    },
    statements: [
      ...(await changeEntries(env.DB, [...moves, ...ends], at)),
      insertEntries(entries),
      changedNumbers(entries.map(({ number }) => ({ e164: number }))),
      ...then,
      moved,
    ],
  });
}
