/**
 * The in-house do-not-call list: objections and other entries. They apply at once, and a mistaken one ends with its
 * history.
 */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import * as z from "zod";
import {
  type Suppression,
  suppressionEntered,
  suppressionEnd,
  suppressionKept,
  suppressionRequest,
  suppressionsAnswer,
  suppressionsQuery,
} from "../../shared/do-not-call/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { UNDO_MS } from "../../shared/do-not-call/undo.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { asks } from "../check/budget.ts";
import { changed, commit, logRead } from "../core/commit.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { Problem } from "../core/errors.ts";
import { pageOf, parseNumber } from "../core/numbers.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { again, behind, wordsOf } from "./back.ts";
import { changeEntries, saidAgain } from "./changes.ts";
import { entering, stands } from "./enter.ts";
import {
  type Entry,
  enders,
  endMistake,
  isKept as isKeptNow,
  mistakeEnded,
  mistakenColumns,
  wantAnother,
} from "./mistake.ts";
import {
  asking,
  consentedSince,
  heardOf,
  insertEntries,
  liveEntry,
  newEntry,
  saidAt,
  stillLive,
  suppressionColumns,
  type SuppressionRow,
  toSuppression,
  undoable,
} from "./rows.ts";
import { isBehind } from "./refusals.ts";
import { sayReach } from "./spread.ts";

export const suppressions = room();

suppressions.openapi(
  route({
    method: "post",
    path: "/v1/suppressions",
    roles: "everyone",
    scopes: ["check"],
    asks: asks.one,
    summary:
      "Puts a number on the in-house do-not-call list; a live entry of the same kind that says as much is returned as it is, " +
      "and a later objection dates it",
    request: { body: body(suppressionRequest) },
    responses: {
      200: json(suppressionKept, "It was on the list already"),
      201: json(suppressionEntered),
    },
  }),
  async (c) => {
    const { number, kind, reason, source = "staff", until = null, heardAt, ...asked } = c.req.valid("json");
    const fault = faultOf({ kind, until, scope: asked.scope });
    if (fault) throw fault;
    const { id: by, kind: asker } = c.get("actor")!;
    if (asker === "integration" && kind !== "objection")
      throw new Problem("scope-missing", details.objectionsOnly);
    const { policy } = await currentPolicy(c.env.DB);
    const e164 = parseNumber(number, policy.numbers.defaultRegion);
    const scope = kind === "house" ? "line" : (asked.scope ?? "unsaid");
    return retryOnConflict(async () => {
      const db = c.env.DB;
      const now = Date.now();
      const at = new Date(now).toISOString();
      const own = { number: e164, kind, reason, source, until, by, at };
      const live = await liveEntry(db, e164, kind);
      const overruled = live !== null && (await consentedSince(db, live));
      if (live && stands({ ...live, overruled: Number(overruled) }, until, scope)) {
        const entry = toSuppression(live);
        // A system is not told what somebody else entered: why, from where, by whom and when.
        const mine = asker !== "integration" || entry.by === by;
        const answer = mine ? entry : newEntry({ ...own, id: entry.id, scope });
        if (kind === "house") return c.json(answer, 200);
        // A letter is its writer's word, and is answered (worker/jobs/letters.ts).
        const byLetter = source.startsWith(entriesEn.from.letter);
        // What the called person says to another than who entered the one that stands, where that is a mistake, is lost with it.
        const isSaid = source.startsWith(entriesEn.from.person) && entry.by !== by;
        const isKeepable = byLetter || isSaid;
        const word = newEntry({ ...own, scope, heardAt: heardOf(heardAt, null, now) });
        // Who sends it may send another's word: the same one again has the same source, and a letter the same reason and day.
        const isSame =
          (entry.by === by &&
            entry.source === source &&
            (!byLetter || (entry.reason === reason && dayOf(entry) === dayOf(word)))) ||
          (isKeepable && (await isKept(db, word)));
        const kept = !isSame && isKeepable ? behind(word, by) : null;
        const row = kept ?? ((await dates(db, word)) ? again(word, by) : null);
        if (!(row || (!isSame && undoable(live, now)))) return c.json(answer, 200);
        const said = { number: e164, kind, reason, source, scope };
        return commit(
          c,
          kept
            ? {
                code: "suppression.added",
                subject: kept.id,
                payload: { ...said, until, behind: live.id, ...heard(kept) },
              }
            : {
                code: "suppression.repeated",
                subject: row?.id ?? live.id,
                payload: { ...said, ...(row && { behind: live.id, ...heard(row) }) },
              },
          [
            // Where it was undone at this very moment, it is planned again, with an entry of its own.
            ...(await changeEntries(db, await saidAgain(db, [live.id]), at)),
            stillLive([live.id]),
            ...(row ? [insertEntries([row]), changed("number", e164)] : []),
          ],
          { status: 200, body: { ...answer, ...(kept && asker === "person" && { kept: undoing(kept) }) } },
        );
      }
      const { entry, spread, statements } = await entering(
        db,
        { number: e164, kind, reason, source, until, by, scope },
        { live, now, heardAt },
      );
      return commit(
        c,
        {
          code: "suppression.added",
          subject: entry.id,
          payload: {
            ...{ number: e164, kind, reason, source, until, scope: entry.scope },
            ...heard(entry),
            ...sayReach(spread),
          },
        },
        statements,
        {
          status: 201,
          body: {
            ...{ ...entry, asks: entry.asks || spread.some(({ keepsLine }) => keepsLine) },
            ...(asker === "person" && kind === "objection" && { undoUntil: undoing(entry).undoUntil }),
          },
        },
      );
    });
  },
);

/** The day on which it was said, in UTC. */
const dayOf = (entry: Suppression): string => saidAt(entry).slice(0, 10);

/** Whether such an objection is behind the live one already. */
const isKept = async (db: D1Database, word: Suppression): Promise<boolean> =>
  (await db
    .prepare(
      `SELECT 1 FROM suppressions WHERE number = ? AND kind = 'objection' AND by = ? AND source = ? AND reason = ?
         AND substr(COALESCE(heard_at, at), 1, 10) = ? AND ${isBehind("suppressions")}`,
    )
    .bind(numberOf(word.number), word.by, word.source, word.reason, dayOf(word))
    .first()) !== null;

const undoing = (entry: Suppression): { id: string; undoUntil: string } => ({
  id: entry.id,
  undoUntil: new Date(Date.parse(saidAt(entry)) + UNDO_MS).toISOString(),
});

/** Whether an objection was said after all that is on record of its number, and is not the same word, sent twice. */
async function dates(db: D1Database, word: Suppression): Promise<boolean> {
  const { last, own } = await wordsOf(db, word);
  const said = saidAt(word);
  return said > last && !(own !== null && Date.parse(said) - Date.parse(own) < UNDO_MS);
}

const heard = ({ heardAt }: Suppression) => (heardAt === null ? {} : { heardAt });

/** What cannot be asked for, as a problem: an objection has no end, and a house entry closes a line. */
export function faultOf({
  kind,
  until,
  scope,
}: {
  kind: Suppression["kind"];
  until: string | null;
  scope: Suppression["scope"] | undefined;
}): Problem | null {
  const wrong = (path: string, message: string) => new Problem("invalid", undefined, [{ path, message }]);
  if (kind === "objection" && until !== null) return wrong("until", details.objectionEnd);
  // An entry that ended long ago would tell of a live one and change nothing. Days begin a day apart around the world.
  if (until !== null && until < new Date(Date.now() - DAY).toISOString().slice(0, 10))
    return wrong("until", details.dayPassed);
  if (kind === "house" && scope !== undefined && scope !== "line") return wrong("scope", details.houseScope);
  return null;
}

suppressions.openapi(
  route({
    method: "get",
    path: "/v1/suppressions",
    roles: ["manager", "compliance", "admin"],
    asks: asks.filter,
    summary:
      "The in-house list with its history, newest first: all, the entries of one number, or the objections of which " +
      "compliance is to say whom they close",
    request: { query: suppressionsQuery },
    responses: { 200: json(suppressionsAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { policy } = await currentPolicy(c.env.DB);
    const { rows, next } = await pageOf<SuppressionRow>(
      c.env.DB,
      {
        ...{ table: "suppressions", columns: suppressionColumns },
        ...conditions(query, today()),
        // The last day is inclusive: `2026-11-30T…` sorts below `2026-11-30U`.
        before: query.to && `${query.to}U`,
      },
      query,
      policy,
    );
    await logRead(c, "suppressions", query);
    return c.json({ suppressions: rows.map(toSuppression), next }, 200);
  },
);

const today = (): string => new Date().toISOString().slice(0, 10);

/**
 * SQL: only the filters that were asked for, whose values the schema has read: the first that has an index of its own, and the days; the
 * others are tried on what these find. `today` is YYYY-MM-DD in UTC, as entries end.
 */
function conditions(
  query: z.infer<typeof suppressionsQuery>,
  today: string,
): { where: string; fits?: string } {
  const { asks, kind, state, from } = query;
  const indexed = [
    ...(asks ? [asking] : []),
    // The first condition is an index's (migration 0079), as is that of a house entry.
    ...(state === "over"
      ? [`(ended_at IS NOT NULL OR until IS NOT NULL) AND (ended_at IS NOT NULL OR until < '${today}')`]
      : []),
    ...(kind === "house" ? ["kind = 'house'"] : []),
  ];
  const [first = "TRUE", ...others] = indexed;
  if (kind === "objection") others.push("kind = 'objection'");
  if (state === "live") others.push(`ended_at IS NULL AND COALESCE(until, '9') >= '${today}'`);
  return {
    where: from === undefined ? first : `${first} AND at >= '${from}'`,
    ...(others.length > 0 && { fits: others.map((each) => `(${each})`).join(" AND ") }),
  };
}

suppressions.openapi(
  route({
    method: "delete",
    path: "/v1/suppressions/{e164}",
    roles: [...enders],
    asks: asks.one,
    summary:
      "Ends a mistaken entry, with the reason, and what spreads from it; the history stays. A genuine objection that it had " +
      "replaced comes back. A number without entries of its own: what spreads to it. Nobody ends an objection that they entered " +
      "(an undo apart), unless there has been nobody else to do so for a day. By its id also one that is kept behind another, and a " +
      "no to an offer",
    request: { params: z.object({ e164: z.string().max(30) }), body: body(suppressionEnd) },
    responses: {
      200: json(mistakeEnded),
    },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const e164 = parseNumber(c.req.valid("param").e164, policy.numbers.defaultRegion);
    const { reason, kind = null, id = null } = c.req.valid("json");
    return retryOnConflict(async () => {
      const { results } = await c.env.DB.prepare(
        `SELECT ${mistakenColumns} FROM suppressions
         WHERE number = ?1 AND (ended_at IS NULL OR (id = ?3 AND ${isKeptNow})) AND (?2 IS NULL OR kind = ?2)
           AND (?3 IS NULL OR id = ?3)`,
      )
        .bind(numberOf(e164), kind, id)
        .all<Entry>();
      const own = results.filter(({ origin }) => origin === null);
      const live = own.length > 0 ? own : results;
      if (live.length === 0) throw new Problem("not-listed");
      // Ending a mistaken house entry must not end a subscriber's objection.
      if (live.length > 1) throw new Problem("kind-needed");
      await wantAnother(c.env, live[0]!, c.get("actor")!.id, Date.now());
      return endMistake(c, live[0]!, reason);
    });
  },
);
