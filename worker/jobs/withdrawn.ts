/**
 * Closes the numbers of those who withdrew a consent to live calls under a Worker that closed nothing then (PECR 2003 reg 21(5)):
 * before an upgrade, or after going back to an older one. Nobody said there whether it was a mistake: that is the stricter reading,
 * and compliance ends a mistaken one.
 *
 * It needs no archive of the trail: why a consent was withdrawn is in the payload of its event, which no archive has.
 */
import type { Suppression } from "../../shared/do-not-call/api.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { changedNumbers, record } from "../core/commit.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import { behind } from "../do-not-call/back.ts";
import { claimedIn, kindIn, unrestricted } from "../do-not-call/brief.ts";
import { changeEntries, endOf, endsOf, saySpread } from "../do-not-call/changes.ts";
import { REPLACED } from "../do-not-call/refusals.ts";
import { insertEntries, newEntry, stillLive } from "../do-not-call/rows.ts";
import { after, type Planned, spreadOf } from "../do-not-call/spread.ts";
import type { Env } from "../env.ts";
import { rowBehind, rowFrom } from "../trail/rows.ts";

const MARK = "withdrawals-read";
/** Consents a slice, and slices a run. */
const BOUNDS = { most: 500, slices: 20 };
/** What is younger may be written while a later one is there already. */
const SETTLED = 2 * MINUTE;

/** How far the event of a withdrawal may be from it. */
const APART = "30 seconds";

interface Withdrawn {
  number: number;
  /** When it was last withdrawn. */
  at: string;
  /** The live objection that it takes the place of: an unverified one, or one that the subscriber consented after. */
  live: string | null;
  scope: Suppression["scope"] | null;
  /** Nobody verified that, and it was said since: then it stays, and the withdrawal is behind it. */
  stays: number;
}

const said = (of: string): string => `COALESCE(${of}.heard_at, ${of}.at)`;
const moment = (shift: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', c.withdrawn_at, '${shift}')`;
/**
 * SQL: somebody said why the consent was withdrawn: so it was by a Worker that closes it itself. The payload says so as long as payloads
 * are kept, also of a month that was archived; after that it is as if nobody had said it.
 */
const SAID_WHY = `EXISTS (SELECT 1 FROM audit_payload p
  WHERE p.seq BETWEEN ${rowFrom("audit_payload", moment(`-${APART}`))} AND ${rowBehind("audit_payload", moment(`+${APART}`))}
    AND p.at BETWEEN ${moment(`-${APART}`)} AND ${moment(`+${APART}`)} AND instr(p.payload, '"because"') > 0 AND json_valid(p.payload)
    AND p.payload ->> 'because' IN ('subscriber', 'mistake') AND p.payload ->> 'number' = '+' || c.number)`;
/**
 * SQL: what was withdrawn of some consents, by number, where no objection says as much, and none did that was ended since. A CRM's
 * claim closes its number itself.
 */
const WITHDRAWN = `SELECT c.number, MAX(c.withdrawn_at) AS at, s.id AS live, s.scope,
    COALESCE(s.unverified = 1 AND ${said("s")} >= MAX(c.withdrawn_at), 0) AS stays
  FROM consents c LEFT JOIN suppressions s ON s.number = c.number AND s.kind = 'objection' AND s.ended_at IS NULL
    AND s.origin IS NULL AND s.keeps_line = 0
  WHERE c.id IN (SELECT value FROM json_each(?1)) AND c.state <> 'refused' AND c.medium IS NOT 'message'
    AND ${kindIn("c")} IN ('notification', 'prior') AND EXISTS (SELECT 1 FROM json_each(c.calls) WHERE value = 'general')
    AND ${unrestricted("consent", "c.id")} AND NOT ${claimedIn("c")} AND NOT ${SAID_WHY}
    AND NOT EXISTS (SELECT 1 FROM suppressions e WHERE e.number = c.number AND e.source = ?2 AND e.ended_at IS NOT NULL
      AND ${said("e")} >= c.withdrawn_at)
  GROUP BY c.number
  HAVING s.id IS NULL OR s.unverified = 1 OR (${said("s")} < MAX(c.withdrawn_at) AND EXISTS (SELECT 1 FROM consents k
    WHERE k.number = c.number AND k.withdrawn_at IS NULL AND k.given_at > ${said("s")}))`;

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

/** When what was looked at last was withdrawn, and its id. */
async function seenTo(db: D1Database): Promise<[at: string, id: string]> {
  const seen = await db.prepare("SELECT value FROM marks WHERE name = ?").bind(MARK).first<string>("value");
  return seen === null ? ["", ""] : (JSON.parse(seen) as [string, string]);
}

async function close(env: Env, rows: readonly Withdrawn[], moved: Statement): Promise<void> {
  const at = new Date().toISOString();
  const own = ({ number, at: heardAt }: Withdrawn, scope: Suppression["scope"]) =>
    newEntry({
      ...{ number: e164Of(number), kind: "objection", ...entriesEn.withdrew, until: null, by: "system", at },
      ...{ scope, heardAt },
    });
  const kept = rows.filter(({ stays }) => stays === 1);
  const planned = rows
    .filter(({ stays }) => stays === 0)
    .map((row): Planned => {
      const { live, scope } = row;
      return { entry: own(row, after(scope && { scope }, "line")), replaces: live };
    });
  const { spread, moves, then } = await spreadOf(env.DB, planned, { by: "system", at });
  const ends = await endsOf(
    env.DB,
    endOf(at, "system", REPLACED),
    planned.map(({ replaces }) => replaces),
  );
  const history = kept.map((row) => behind(own(row, "line"), "system"));
  const entries = [...planned.map(({ entry }) => entry), ...history];
  await record(env, {
    actor: "system",
    event: {
      code: "suppression.imported",
      subject: crypto.randomUUID(),
      payload: {
        entries: entries.map(
          ({ id, number: e164, kind, reason, source, scope, heardAt, endedReason }, n) => ({
            ...{ id, e164, kind, reason, source, until: null, scope, heardAt },
            ...{ replaces: planned[n]?.replaces ?? null, endedReason },
          }),
        ),
        ...saySpread(spread),
      },
    },
    statements: [
      stillLive(kept.map(({ live }) => live!)),
      ...(await changeEntries(env.DB, [...moves, ...ends], at)),
      insertEntries(entries),
      changedNumbers(entries.map(({ number }) => ({ e164: number }))),
      ...then,
      moved,
    ],
  });
}
