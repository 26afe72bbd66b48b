/** An officer confirms objections of the public page or takes them back: one, or up to 500 after an abuse of the form. */
import { objectionsAnswer, objectionsRequest } from "../../shared/privacy-requests/api-steps.ts";
import { dutiesAfter } from "../../shared/privacy-requests/duties.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { fill } from "../../shared/texts/language.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { changedNumbers, commit } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import { changeRows, type RowChange, statesOf } from "../core/states.ts";
import { changeEntries, changesOf, endOf } from "../do-not-call/changes.ts";
import { lastSaid } from "../do-not-call/back.ts";
import { type Entry, wantAnother } from "../do-not-call/mistake.ts";
import { isBehind, isReplaced, isWord } from "../do-not-call/refusals.ts";
import {
  insertEntries,
  lately,
  latelySince,
  newEntry,
  stillLive,
  suppressionColumns,
  type SuppressionRow,
} from "../do-not-call/rows.ts";
import { after, type Planned, spreadOf } from "../do-not-call/spread.ts";
import { mailOfficers, sendSoon } from "../mail/outbox.ts";
import { statesBound } from "./bound.ts";
import { courseOf, dutiesOf, writeChanges } from "./duties.ts";
import { newsOf } from "./links.ts";
import type { TakenBackDetail } from "./pages/own-parts.tsx";
import { momentOf, type Row, selectRequests } from "./rows.ts";
import { timeline } from "./take-step.ts";
import { body, json, room, route } from "../core/route.ts";

export const requestObjections = room();

requestObjections.openapi(
  route({
    method: "post",
    path: "/v1/requests/objections",
    roles: ["compliance", "admin"],
    summary:
      "Confirms unverified objections, or takes them back, which frees a number unless another objection to it is waiting: the reason " +
      "is then on the sender's page. Of one that staff entered, taking back says that nothing is to be answered; the number stays on " +
      "the list until its entry is ended; where that is kept behind another, another person takes it back than who entered it",
    request: { body: body(objectionsRequest) },
    responses: { 200: json(objectionsAnswer) },
  }),
  async (c) =>
    retryOnConflict(async () => {
      const { requests, action, reason } = c.req.valid("json");
      const confirm = action === "confirm-objection";
      const moment = await momentOf(c.env.DB, Date.now());
      const { results } = await c.env.DB.prepare(
        `${selectRequests} WHERE r.kind = 'objection' AND r.id IN (SELECT value FROM json_each(?2))
           AND r.state IN ('held', IIF(?3, 'held', 'decided'))`,
      )
        .bind(moment.today, JSON.stringify(requests), Number(confirm))
        .all<Row & { number: number }>();
      if (results.length === 0) return c.json({ changed: 0 }, 200);
      const { at, today } = moment;
      const by = c.get("actor")!.id;
      const ids = JSON.stringify(results.map(({ id }) => id));
      const owed = results.map((row) => {
        const there = dutiesOf(row, moment);
        const changes = dutiesAfter(there.duties, action, courseOf(row, moment, today));
        return { request: row.id, ...there, changes };
      });
      const outcome = confirm ? "confirmed" : "taken-back";
      // Of what staff entered the number stays held: there is nothing to tell.
      const said = ({ by }: Row): TakenBackDetail =>
        confirm || by !== "public" ? { reason } : { reason, told: true };
      const held = await statesOf(
        c.env.DB,
        statesBound,
        "id IN (SELECT value FROM json_each(?)) AND closed_at IS NULL",
        ids,
      );
      const planned = await (confirm ? heldAgain : verifiedBefore)(c.env.DB, results, { by, at });
      const unverified = `ended_at IS NULL AND unverified = 1
        AND number IN (SELECT number FROM requests WHERE id IN (SELECT value FROM json_each(?)))`;
      const own = confirm
        ? await changesOf(c.env.DB, { unverified: 0 }, unverified, ids)
        : // Another waiting objection to the same number may be genuine: the entry stays.
          await changesOf(
            c.env.DB,
            endOf(at, by, fill(t.reason.takenBack, { reason })),
            `${unverified} AND NOT EXISTS (SELECT 1 FROM requests o WHERE o.kind = 'objection' AND o.state = 'held'
               AND o.number = suppressions.number AND o.id NOT IN (SELECT value FROM json_each(?)))`,
            ...[ids, ids],
          );
      // What is kept behind others is settled with it: else it counted as in force, and came back.
      const keptBehind = await changesOf(
        c.env.DB,
        confirm ? { unverified: 0 } : { ended_by: by, ended_reason: fill(t.reason.takenBack, { reason }) },
        // A request that a letter made names the letter's entry.
        `(number IN (SELECT value FROM json_each(?)) AND ${isWordOf} OR id IN (SELECT value FROM json_each(?)))
         AND ${isWord("suppressions")}`,
        ...[JSON.stringify(results.map(({ number }) => number)), wordsOf(results)],
        JSON.stringify(results.flatMap(({ suppression }) => suppression ?? [])),
      );
      // As where one in force is ended: of what staff were told, another person's step.
      for (const { before } of confirm ? [] : keptBehind)
        if (before["by"] !== "public")
          await wantAnother(
            c.env,
            { ...before, heardAt: before["heard_at"] } as unknown as Entry,
            by,
            moment.now,
          );
      // As where one is ended: no officer ends objections unseen.
      const mails = confirm
        ? []
        : await mailOfficers(c.env.DB, {
            template: "objections-taken-back",
            values: { n: results.length, by: c.get("actor")!.name, why: reason },
            key: `objections-taken-back:${results[0]!.id}:${at}`,
          });
      const answer = await commit(
        c,
        {
          code: `request.${action}`,
          subject: results.length === 1 ? results[0]!.id : "",
          payload: { references: results.map(({ ref }) => ref), reason },
        },
        [
          // Another officer has settled one of them meanwhile: then plan again.
          sql(
            `INSERT INTO requests SELECT r.* FROM json_each(?) j JOIN requests r ON r.id = j.value ->> 0 AND r.rev <> j.value ->> 1`,
            JSON.stringify(held.map(({ id, rev }) => [id, rev])),
          ),
          ...(await writeChanges(c.env.DB, owed, { on: today, by, at })),
          ...results.map((row) => timeline(row.id, action, "closed", said(row), by, at)),
          ...changeRows(
            statesBound,
            held.map((before) => ({ before, to: { state: "closed", outcome, closed_at: at } })),
            at,
          ),
          // One was settled before it was read again here, or another waits for a number that this frees: then plan again.
          sql(
            `INSERT INTO requests SELECT * FROM requests WHERE (id IN (SELECT value FROM json_each(?1)) AND outcome IS NOT ?2)
               OR (kind = 'objection' AND state = 'held' AND number IN (SELECT value FROM json_each(?3)))`,
            ...[ids, outcome, JSON.stringify(confirm ? [] : own.map((change) => change.before["number"]))],
          ),
          ...(await changeEntries(c.env.DB, [...planned.moves, ...own, ...keptBehind], at)),
          ...planned.then,
          changedNumbers(results.map(({ number }) => ({ e164: e164Of(number) }))),
          ...mails,
          ...results.flatMap((row) => newsOf(c, { ...row, rev: row.rev + 1 }, moment)),
        ],
        { status: 200, body: { changed: results.length } },
      );
      sendSoon(c);
      return answer;
    }),
);

/** SQL: an entry is a request's own word, or that as it came back; the parameter is `wordsOf` the requests. */
const isWordOf = "kind = 'objection' AND source = 'request' AND reason IN (SELECT value FROM json_each(?))";
const wordsOf = (rows: readonly Row[]): string =>
  JSON.stringify(rows.map(({ ref }) => fill(t.reason.objection, { reference: ref })));

/** Changes of entries, and the statements after them. */
interface Plan {
  moves: RowChange[];
  then: Statement[];
}

/**
 * The entries that objections by the public page replaced, as the subscriber had agreed to calls since, and that staff had
 * verified: taking back the page's brings the last of each number back, as of when it was said, with what it closes. None where another
 * is waiting.
 */
async function verifiedBefore(
  db: D1Database,
  rows: readonly (Row & { number: number })[],
  made: { by: string; at: string },
): Promise<Plan> {
  const { results } = await db
    .prepare(
      `WITH RECURSIVE b (live, wide, number, id, at, unverified) AS (
         SELECT s.id, s.scope, s.number, s.id, s.at, 1 FROM suppressions s
         WHERE s.number IN (SELECT value FROM json_each(?1)) AND s.kind = 'objection' AND s.ended_at IS NULL
           AND s.origin IS NULL AND s.keeps_line = 0 AND s.unverified = 1
           AND NOT EXISTS (SELECT 1 FROM requests o WHERE o.kind = 'objection' AND o.state = 'held'
             AND o.number = s.number AND o.id NOT IN (SELECT value FROM json_each(?2)))
         UNION SELECT b.live, b.wide, b.number, a.id, a.at, a.unverified FROM b
         JOIN suppressions a ON a.number = b.number AND a.kind = 'objection' AND a.origin IS NULL
           AND ${isReplaced("a")} AND (a.ended_at = b.at OR ${isBehind("a")})
         WHERE b.unverified = 1)
       SELECT ${suppressionColumns}, l.live, l.wide FROM suppressions
         JOIN (SELECT id AS found, live, wide FROM b WHERE unverified = 0) l ON l.found = id
       WHERE NOT (${isWordOf})`,
    )
    .bind(
      ...[JSON.stringify(rows.map(({ number }) => number)), JSON.stringify(rows.map(({ id }) => id))],
      wordsOf(rows),
    )
    .all<SuppressionRow & { live: string; wide: SuppressionRow["scope"] }>();
  const back = [...Map.groupBy(results, ({ live }) => live).values()].map((rows) => lastSaid(rows, made)!);
  if (back.length === 0) return { moves: [], then: [] };
  const planned = back.map(({ entry, last: { live, wide } }): Planned => ({
    entry: { ...entry, scope: wide },
    replaces: live,
  }));
  const { moves, then } = await spreadOf(db, planned, made);
  const entries = [...planned.map(({ entry }) => entry), ...back.flatMap(({ earlier }) => earlier)];
  return { moves, then: [insertEntries(entries), ...then] };
}

/** Where the entry of an objection was ended meanwhile, one is added again; the others must still be there. */
async function heldAgain(
  db: D1Database,
  requests: readonly (Row & { number: number })[],
  { by, at }: { by: string; at: string },
): Promise<Plan> {
  const refs = new Map<number, string>();
  for (const { number, ref } of requests) if (ref < (refs.get(number) ?? "~")) refs.set(number, ref);
  const { results: live } = await db
    .prepare(
      `SELECT id, number FROM suppressions WHERE kind = 'objection' AND ended_at IS NULL AND origin IS NULL AND keeps_line = 0
         AND number IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify([...refs.keys()]))
    .all<{ id: string; number: number }>();
  const held = new Set(live.map(({ number }) => number));
  const missing = [...refs].filter(([number]) => !held.has(number));
  const { results: ended } = await db
    .prepare(
      `SELECT DISTINCT number FROM suppressions
       WHERE number IN (SELECT value FROM json_each(?1)) AND kind = 'objection' AND ended_at > ?2`,
    )
    .bind(JSON.stringify(missing.map(([number]) => number)), latelySince(Date.parse(at)))
    .all<{ number: number }>();
  const endedLately = new Set(ended.map(({ number }) => number));
  const planned: Planned[] = [];
  for (const [number, reference] of missing) {
    const e164 = e164Of(number);
    // One that was ended within a day closed more, perhaps: it closes at least that again.
    const before = endedLately.has(number) ? await lately(db, e164, Date.parse(at)) : null;
    const entry = newEntry({
      ...{ number: e164, kind: "objection", reason: fill(t.reason.objection, { reference }) },
      ...{ source: "request", until: null, by, at, scope: after(before, "unsaid") },
    });
    planned.push({ entry, replaces: before?.id ?? null });
  }
  const { moves, then } = await spreadOf(db, planned, { by, at });
  const added = planned.map(({ entry }) => entry);
  return {
    moves,
    then: [stillLive(live.map(({ id }) => id)), ...(added.length > 0 ? [insertEntries(added)] : []), ...then],
  };
}
