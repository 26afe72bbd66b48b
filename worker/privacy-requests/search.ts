/** Searches what the company holds of a requester; an officer then confirms or rejects each item (items.ts). */
import type * as z from "zod";
import { requestStep } from "../../shared/privacy-requests/api.ts";
import {
  judgeRequest,
  requestIdParam as idParam,
  searchRequest,
} from "../../shared/privacy-requests/api-steps.ts";
import { chunks } from "../../shared/core/chunks.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { around } from "../../shared/core/calendar.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { asks } from "../check/budget.ts";
import { insertBound } from "../core/bound.ts";
import { retryOnConflict } from "../core/bulk.ts";
import type { Statement } from "../core/sql.ts";
import { changeRows, statesOf } from "../core/states.ts";
import { Problem } from "../core/errors.ts";
import { parseNumber } from "../core/numbers.ts";
import { type Indexed, newestClosed, recallSome, wantDials, wantNewest } from "../dials/closed/read.ts";
import { dialTime } from "../dials/row-number.ts";
import { newestKept, wantNewestKept } from "../recordings/closed/recalled.ts";
import { merged, moreThan } from "../recordings/mute.ts";
import { itemsBound, systemsBound } from "./bound.ts";
import { fileOf } from "./files/routes.ts";
import { endCopies } from "./files/store.ts";
import { itemsOf } from "./items.ts";
import { lostOf } from "./export/lost-recordings.ts";
import { recordsSeen } from "./numbers.ts";
import type { Row } from "./rows.ts";
import { newSystems } from "./systems/rows.ts";
import { takeStep } from "./take-step.ts";
import { wordsStay } from "./words/due.ts";
import { body, json, room, route } from "../core/route.ts";

export const requestSearch = room();
const officers = ["compliance", "admin"] as const;
/** New items a statement. */
const TOGETHER = 2000;

/**
 * Where to search: kind of item, table, its id and time, a condition, and the column of the number. `?1` are the numbers (JSON), `?2` and `?3`
 * the period.
 */
const places = [
  [
    "recording",
    "recordings",
    "id AS ref, started_at AS at",
    "state <> 'erased' AND started_at BETWEEN ?2 AND ?3",
  ],
  ["dial", "dials_in_words", "num AS ref, at", "at BETWEEN ?2 AND ?3"],
  // Dialled as theirs, whatever it rang.
  ["dial", "dials_in_words", "num AS ref, at", "at BETWEEN ?2 AND ?3", "record_number"],
  // A recorded call is found as its recording, and is erased with it.
  [
    "call",
    "calls",
    "id AS ref, started_at AS at",
    `started_at BETWEEN ?2 AND ?3 AND NOT EXISTS (SELECT 1 FROM recordings r
       WHERE r.number = calls.number AND r.started_at = calls.started_at AND r.state <> 'erased')`,
  ],
  ["consent", "consents", "id AS ref, given_at AS at", "given_at BETWEEN ?2 AND ?3"],
  ["suppression", "suppressions", "id AS ref, at", "at BETWEEN ?2 AND ?3"],
] as const satisfies readonly (readonly [string, string, string, string, string?])[];

/** A letter or e-mail of the requester's that is on file. */
const letterOn = (db: D1Database, request: string, id: string) =>
  fileOf(db, request, "f.purpose = 'scan' AND f.id = ?2", id);

/** How the requester narrowed it before. What an officer once noted counts with a letter on file alone. */
async function narrowedBefore(db: D1Database, { id, narrowed }: Row): Promise<string | null> {
  if (narrowed === null || narrowed === "form") return narrowed;
  return (await fileOf(db, id, "f.purpose = ?2", "scan")) && narrowed;
}

requestSearch.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/match",
    roles: officers,
    asks: asks.request,
    summary:
      "Searches recordings, dials, logged calls, consents and do-not-call entries by number, day and approximate time, and " +
      "proposes what it finds. Items that were judged before stay so",
    request: { params: idParam, body: body(searchRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const {
      numbers = [],
      windowMinutes,
      everything,
      narrowed,
      narrowedIn,
      unread,
      ...asked
    } = c.req.valid("json");
    const step = () =>
      takeStep(c, c.req.valid("param").id, "search", async (row, { policy, at }) => {
        const region = policy.numbers.defaultRegion;
        const all = [row.number, ...numbers.map((n) => numberOf(parseNumber(n, region)))];
        const date = asked.date ?? row.call_date;
        const time = asked.time ?? (asked.date === undefined ? row.call_time : null) ?? undefined;
        const minutes = windowMinutes ?? policy.requests.matchWindowMinutes;
        const bounded = asked.date !== undefined || windowMinutes !== undefined || everything === false;
        const letter = narrowed === undefined ? null : await letterOn(c.env.DB, row.id, narrowedIn ?? "");
        if (narrowed !== undefined && letter === null) throw new Problem("narrowing-unproved");
        const said = narrowed ?? (await narrowedBefore(c.env.DB, row));
        // A request covers all that is held unless the requester narrowed it, which is theirs to do.
        if (bounded && said === null && everything !== true)
          throw new Problem("invalid", undefined, [{ path: "narrowed", message: details.notNarrowed }]);
        // Who remembers one call does not mean to leave out the others: an erasure is by a day only where its search says so.
        const whole = !bounded && (said === null || (row.kind === "erasure" && narrowed === undefined));
        const [from, to] =
          (everything ?? whole) || date === null
            ? ["", "9999"]
            : around(date, time, minutes, zoneOfPolicy(policy));
        // A copy has consents and entries whenever they were given. An erasure of less takes only what was named.
        const periodOf = (kind: (typeof places)[number][0]) =>
          row.kind === "access" && (kind === "consent" || kind === "suppression") ? ["", "9999"] : [from, to];
        const isWhole = narrowed === undefined && (everything ?? whole);
        // Whoever gets all of it is not told that they asked for less.
        const widened = isWhole && row.narrowed !== null;
        const held = all.filter((n) => n !== null);
        const newest = await newestClosed(c.env.DB);
        const lost = await recallSome(c.env, held.map(e164Of));
        // Once it can be read again nothing is missing: whether it is to go on without is for a person to say.
        if (lost.file !== null && unread !== true) throw new Problem("archive-broken", lost.file);
        const newestRecording = await newestKept(c.env.DB);
        const lostAudio = await lostOf(c.env, held, [from, to]);
        // Of these nobody knows where the audio lies: they are no items, and the answer says how many they are.
        if (lostAudio.n > 0 && unread !== true) throw new Problem("archive-broken", lostAudio.file);
        // What the connected systems hold is looked for by a step of its own: until then each is a task.
        const systems = await newSystems(c.env.DB, row.id, { by: c.get("actor")!.id, at });
        return {
          // Who says nothing of how much it is of goes by what the request says.
          extent: everything === true || narrowed !== undefined ? "said" : undefined,
          set: {
            searched_at: at,
            ...(narrowed === undefined ? {} : { narrowed }),
            ...(isWhole ? { narrowed: null } : {}),
          },
          statements: [
            // A recording's call is no item, and goes by its recording: it may have closed meanwhile.
            wantNewest(newest),
            wantNewestKept(newestRecording),
            ...(await newItems(c.env.DB, row.id, {
              numbers: JSON.stringify(held),
              periodOf,
              at,
              unread: lost.dials,
            })),
            ...(systems.length === 0 ? [] : [insertBound(systemsBound, systems)]),
          ],
          detail: {
            ...{ from, to, numbers: all.length },
            ...(lost.file === null && lostAudio.n === 0 ? {} : { unread: lost.dials.length + lostAudio.n }),
            // The copy has what is kept for these alone (export/data.ts).
            ...(numbers.length === 0
              ? {}
              : { also: all.slice(1).flatMap((n) => (n === null ? [] : [e164Of(n)])) }),
            ...(letter === null ? {} : { narrowed, narrowedIn: letter.id }),
            ...(widened ? { widened: row.narrowed } : {}),
          },
        };
      });
    return retryOnConflict(step);
  },
);

/**
 * What is found and is no item yet. `numbers`: JSON; `periodOf`: from when to when a kind is looked for; `unread`: dials of which only
 * number and time are known, as their file is lost.
 */
async function newItems(
  db: D1Database,
  request: string,
  {
    numbers,
    periodOf,
    at: found_at,
    unread,
  }: {
    numbers: string;
    periodOf: (kind: (typeof places)[number][0]) => string[];
    at: string;
    unread: readonly Indexed[];
  },
): Promise<Statement[]> {
  const found = await Promise.all(
    places.map(async ([kind, table, columns, when, number = "number"]) => {
      const { results } = await db
        .prepare(
          `SELECT CAST(ref AS TEXT) AS ref, at FROM (SELECT ${columns} FROM ${table}
             WHERE ${number} IN (SELECT value FROM json_each(?1)) AND ${when})`,
        )
        .bind(numbers, ...periodOf(kind))
        .all<{ ref: string; at: string }>();
      return results.map(({ ref, at }) => ({ kind, ref, at }));
    }),
  );
  const there = new Set((await itemsOf(db, request)).map(({ id }) => id));
  const [from, to] = periodOf("dial") as [string, string];
  const unseen = unread
    .map(({ num }) => ({ kind: "dial", ref: String(num), at: new Date(dialTime(num)).toISOString() }))
    .filter(({ at }) => at >= from && at <= to);
  const isUnseen = new Set(unseen.map(({ ref }) => ref));
  const fresh = [
    ...new Map([...found.flat(), ...unseen].map((item) => [`${item.kind}.${item.ref}`, item])),
  ].filter(([id]) => !there.has(id));
  return [...chunks(fresh, TOGETHER)].flatMap((some) => [
    wantDials(some.map(([, { kind, ref }]) => (kind === "dial" && !isUnseen.has(ref) ? ref : null))),
    insertBound(
      itemsBound,
      some.map(([, item]) => ({
        ...{ request, ...item, found_at, verdict: "proposed", mute: "[]" },
        ...{ decision: null, ground: null, other: null, reasons: null, kept_until: null, done_at: null },
      })),
    ),
  ]);
}

/** The letter about the decision that stands was written; it may still be in the post. */
const isAnswered = async (db: D1Database, request: string): Promise<boolean> =>
  (await db
    .prepare(
      `SELECT 1 FROM request_letters WHERE request = ?1 AND kind = 'decision' AND at >= (
         SELECT MAX(made_at) FROM duties WHERE request = ?1 AND kind = 'tell' AND void_at IS NULL)`,
    )
    .bind(request)
    .first()) !== null;

requestSearch.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/items",
    roles: officers,
    summary:
      "Confirms items, or rejects them as about someone else, and says which seconds of a recording are silenced in the " +
      "requester's copy, both with the reason. Items that are refused, or to be erased, cannot change before the next decision, " +
      "nor is any rejected after its letter",
    request: { params: idParam, body: body(judgeRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { items, reason } = c.req.valid("json");
    for (const { mute = [] } of items)
      if (mute.some(([from, to]) => from >= to))
        throw new Problem("invalid", undefined, [{ path: "mute", message: details.muteOrder }]);
    const step = () =>
      takeStep(c, c.req.valid("param").id, "judge", async (row, { today, at }) => {
        const known = new Map((await itemsOf(c.env.DB, row.id)).map((item) => [item.id, item]));
        for (const { id, verdict } of items) {
          const item = known.get(id);
          if (!item) throw new Problem("invalid", undefined, [{ path: "items", message: details.notAnItem }]);
          // An erasure may have begun already. An item of a copy can still be left out until the request is closed.
          const stays = row.kind === "erasure" ? item.decision !== null : item.decision === "deny";
          if (stays && item.verdict !== verdict) throw new Problem("request-not-now");
        }
        const others = items.flatMap(({ id, verdict }) =>
          verdict === "rejected" && known.get(id)!.verdict !== verdict ? [id] : [],
        );
        const again = items.flatMap(({ id, verdict }) =>
          verdict === "confirmed" && known.get(id)!.verdict !== "proposed" ? [id] : [],
        );
        const out = others.length;
        const silenced = items.reduce(
          (sum, { id, mute }) => sum + moreThan(known.get(id)!.mute, mute ?? []),
          0,
        );
        if (out + silenced > 0 && reason === undefined)
          throw new Problem("invalid", undefined, [
            { path: "reason", message: out > 0 ? details.whyNotTheirs : details.whySilent },
          ]);
        // The letter says how many were left out, and how much is silent.
        if (out + silenced > 0 && (row.told_at !== null || (await isAnswered(c.env.DB, row.id))))
          throw new Problem("request-not-now", details.lettered);
        return {
          statements: [
            ...(await judged(c.env.DB, row.id, items, at)),
            ...(row.kind === "erasure" ? await recordsSeen(c.env, row.id, again, at) : []),
            endCopies(row.id, today),
            ...(await wordsStay(c.env, row.id, { kept: new Set(others), at })),
          ],
          detail: {
            items: items.length,
            ...(out === 0 ? {} : { rejected: out }),
            ...(silenced === 0 ? {} : { silenced }),
            ...(out + silenced === 0 ? {} : { reason }),
          },
        };
      });
    // The job of an earlier decision may go on meanwhile.
    return retryOnConflict(step);
  },
);

/** The statements that judge items. */
async function judged(
  db: D1Database,
  request: string,
  items: z.infer<typeof judgeRequest>["items"],
  at: string,
): Promise<Statement[]> {
  const said = new Map(items.map(({ id, verdict, mute }) => [id, { verdict, mute }]));
  const named = `request = ?1 AND (kind, ref) IN (
    SELECT substr(value, 1, instr(value, '.') - 1), substr(value, instr(value, '.') + 1) FROM json_each(?2))`;
  const there = await statesOf(db, itemsBound, named, request, JSON.stringify([...said.keys()]));
  const rows = there.flatMap((before) => {
    const one = said.get(`${before["kind"]}.${before["ref"]}`);
    const mute = one?.mute && { mute: JSON.stringify(merged(one.mute)) };
    return one ? [{ before, to: { verdict: one.verdict, ...mute } }] : [];
  });
  return changeRows(itemsBound, rows, at);
}
