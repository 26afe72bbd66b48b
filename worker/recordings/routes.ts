/** Finding recordings: the list, one of them, and what of the register needs attention. Audio is opened in audio.ts. */
import * as z from "zod";
import {
  recordingsAnswer,
  recordingSchema,
  recordingsQuery,
  recordingsState,
  type RecordingsState,
  refusedAnswer,
  storeKind,
} from "../../shared/recordings/api.ts";
import { ownKinds, places as bucketsOf } from "../../shared/recordings/places.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { around, dayOf } from "../../shared/core/calendar.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { storeTexts } from "../../shared/texts/recordings/stores.en.ts";
import { commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { countOf, newestOf } from "../core/newest.ts";
import { numberFilter, numberTest } from "../core/numbers.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { body, json, room, route } from "../core/route.ts";
import { idIs, idOf, sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { storeOf } from "../storage/index.ts";
import { archiveRegion, storeAt } from "../storage/places.ts";
import { closedDue, closedOutside } from "./closed/counts.ts";
import { pageOf, type Sought } from "./closed/page.ts";
import { dueBy, isBySource, ofAgent, sourcesOf } from "./erasing/by-index.ts";
import { freeKeysEnd, refusedKeys, withoutPrefix } from "./objects.ts";
import { lengthened } from "./retention.ts";
import {
  allowedRegions,
  began,
  countFailing,
  heldOnes,
  isAllowed,
  maybeHeld,
  outsideOf,
  readRecording,
  type Row,
  selectRecordings,
  toRecording,
} from "./rows.ts";

export const recordings = room();

recordings.openapi(
  route({
    method: "get",
    path: "/v1/recordings",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Kept recordings, newest first, by number, agent, day and approximate time. Each query is on the trail",
    request: { query: recordingsQuery },
    responses: { 200: json(recordingsAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    if (query.time !== undefined && query.date === undefined)
      throw new Problem("invalid", undefined, [{ path: "date", message: details.timeWantsDate }]);
    const { policy } = await currentPolicy(c.env.DB);
    const wanted = conditions(query, policy, await isBySource(c.env.DB, query));
    await logRead(c, "recordings", query);
    const here = async () => {
      const { results } = await c.env.DB.prepare(
        `${selectRecordings} WHERE ${["r.state <> 'erased'", ...wanted.map(([condition]) => condition)].join(" AND ")}
         ORDER BY ${began} DESC, r.started_at DESC, r.id DESC LIMIT ?`,
      )
        .bind(...wanted.flatMap(([, ...params]) => params), query.limit)
        .all<Row>();
      return results;
    };
    const sought = await soughtOf(c.env.DB, query, policy);
    const { rows, ...page } = await pageOf(c.env, selectRecordings, here, sought, query.limit);
    return c.json({ recordings: rows.map((row) => toRecording(row, policy)), ...page }, 200);
  },
);

/** What of closed ones is looked for; null: nothing, as what needs attention does not close, but by a policy that changed since. */
async function soughtOf(db: D1Database, query: Query, policy: Policy): Promise<Sought | null> {
  const { number, agent, date, time, from, to, provider, show, after } = query;
  if (show !== undefined && show !== "quarantined") return null;
  const quarantined = show === "quarantined" ? await closedOutside(db, policy) : null;
  if (quarantined?.size === 0) return null;
  const zone = zoneOfPolicy(policy);
  const on = (day: string) => around(day, undefined, 0, zone);
  const [begin, end] =
    date === undefined ? ["", "~"] : around(date, time, policy.requests.matchWindowMinutes, zone);
  const [at, id] = after?.split("|") ?? [];
  return {
    from: [begin, ...(from === undefined ? [] : [on(from)[0]])].toSorted().at(-1)!,
    // Around a time its last moment is inclusive.
    until: [time === undefined ? end : `${end}~`, ...(to === undefined ? [] : [on(to)[1]])].toSorted()[0]!,
    after: at && id ? [at, id] : null,
    number: number === undefined ? null : closedNumber(number, policy.numbers.defaultRegion),
    matches: (line) =>
      (agent === undefined || line.agent === agent) &&
      (provider === undefined || line.provider === provider) &&
      (quarantined === null || quarantined.has(line.region)),
  };
}

function closedNumber(written: string, region: string): NonNullable<Sought["number"]> {
  const condition = numberFilter(written, region, "number", ["closed_kept_numbers"]);
  const asked = numberTest(written, region);
  if (asked.whole === null) return { condition, part: asked, test: asked.test };
  const whole = numberOf(asked.whole);
  return { condition, part: { whole, ranges: [], ends: null }, test: (number) => number === whole };
}

type Query = z.infer<typeof recordingsQuery>;
type Condition = [condition: string, ...params: (string | number)[]];

const bare = (condition: string): string => condition.replaceAll("r.", "");

/** Those of some sources, newest first, of each as many as a page has: a condition, with the filters' parameters, the limit and its own. */
const ofSources = (
  filters: readonly Condition[],
  limit: number,
  [which, ...params]: Condition,
): Condition => [
  `r.rowid IN (${newestOf({
    table: "recording_rows",
    ...{ key: "num", column: "source", range: ["0", ""], indexed: "state <> 'erased'" },
    order: `${bare(began)} DESC, started_at DESC, id DESC`,
    where: ["TRUE", ...filters.map(([condition]) => bare(condition))].join(" AND "),
    ...{ limit: "?", is: `values_of.value IN (${sourcesOf(which)})` },
  })})`,
  ...filters.flatMap(([, ...params]) => params),
  limit,
  ...params,
];

/** Only the filters that were asked for, so that SQLite finds an index for them. */
function conditions(query: Query, policy: Policy, bySource: boolean): Condition[] {
  const { number, agent, date, time, from, to, provider, show, after } = query;
  const found: Condition[] = [];
  const since = `${began} >= unixepoch(?) AND r.started_at >= ?`;
  if (number !== undefined)
    found.push(
      numberFilter(number, policy.numbers.defaultRegion, "r.number", ["recordings", "state <> 'erased'"]),
    );
  // Fewer have a number or need attention than are anybody's: then theirs is the index.
  const isBy = number === undefined && (show === undefined || show === "quarantined");
  const by = isBy && !(bySource && agent !== undefined) ? "" : "+";
  if (agent !== undefined) found.push([`${by}r.${ofAgent}`, agent]);
  if (date !== undefined) {
    const { matchWindowMinutes } = policy.requests;
    const [from, to] = around(date, time, matchWindowMinutes, zoneOfPolicy(policy));
    found.push(
      [since, from, from],
      [`${began} <= unixepoch(?) AND r.started_at ${time === undefined ? "<" : "<="} ?`, to, to],
    );
  }
  const dayAt = (day: string) => around(day, undefined, 0, zoneOfPolicy(policy));
  if (from !== undefined) found.push([since, dayAt(from)[0], dayAt(from)[0]]);
  if (to !== undefined)
    found.push([`${began} <= unixepoch(?) AND r.started_at < ?`, dayAt(to)[1], dayAt(to)[1]]);
  if (show === "flagged") found.push(["r.flag IS NOT NULL"]);
  if (show === "held") found.push([`${idOf("r.id", maybeHeld)} AND hold IS NOT NULL`]);
  if (show === "failing") found.push(["r.failures > 0"]);
  const [at, id] = after?.split("|") ?? [];
  if (at && id) found.push([`${began} <= unixepoch(?) AND (r.started_at, r.id) < (?, ?)`, at, at, id]);
  const sources: Condition[] = [
    ...(provider === undefined ? [] : [["r.provider = ?", provider] satisfies Condition]),
    ...(show === "quarantined" ? [[outsideOf("?"), allowedRegions(policy)] satisfies Condition] : []),
  ];
  if (sources.length === 0) return found;
  const which: Condition = [
    sources.map(([condition]) => condition).join(" AND "),
    ...sources.flatMap(([, ...params]) => params),
  ];
  return isBy && (bySource || show === "quarantined")
    ? [ofSources(found, query.limit, which)]
    : [...found, which];
}

recordings.openapi(
  route({
    method: "get",
    path: "/v1/recordings/state",
    roles: ["manager", "compliance", "admin"],
    summary: "How many recordings need attention and why, and in which stores audio may be kept",
    responses: { 200: json(recordingsState) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const now = Date.now();
    const today = dayOf(now, zoneOfPolicy(policy));
    const counts = await c.env.DB.prepare(
      // Each by its own index: what needs attention is little beside what is kept.
      `SELECT ${countOf("recording_rows", "source", `value IN (${sourcesOf(outsideOf("?1"))})`, "state <> 'erased'", ["0", ""])} AS quarantined,
         (SELECT COUNT(*) FROM recording_rows INDEXED BY recording_rows_flagged
            WHERE flag IS NOT NULL AND state <> 'erased') AS flagged,
         ${countFailing} AS failing,
         (SELECT COUNT(*) FROM recordings r WHERE ${dueBy("r.erase_after", "?2")} AND r.erase_after < ?2 AND r.state <> 'erased'
            AND (r.waits_until IS NULL OR r.waits_until <= ?3)
            AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.recording = r.id))
           + (SELECT COALESCE(SUM(n), 0) FROM ${closedDue("date(?2, '-1 day')")}) AS overdue,
         COUNT(*) AS held, COUNT(*) FILTER (WHERE h.review_on <= ?2) AS holdsToReview
       FROM ${heldOnes} h JOIN recordings r ON ${idIs("r.id", "h.recording")} WHERE r.state <> 'erased'`,
    )
      .bind(allowedRegions(policy), today, new Date(now).toISOString())
      .first<
        Omit<RecordingsState, "prefixless" | "prefixlessEnd" | "refused" | "lengthened" | "stores" | "places">
      >();
    const [outside, waiting, prefixless, end, refused] = await Promise.all([
      closedOutside(c.env.DB, policy),
      lengthened(c.env.DB, policy),
      withoutPrefix(c.env),
      freeKeysEnd(c.env.DB),
      refusedKeys(c.env.DB),
    ]);
    const [stores, places] = [storesOf(c.env, policy), placesOf(c.env, policy)];
    return c.json(
      {
        ...counts!,
        quarantined: counts!.quarantined + sumOf(outside),
        prefixless,
        prefixlessEnd: end || today,
        refused,
        lengthened: waiting,
        stores,
        places,
      },
      200,
    );
  },
);

recordings.openapi(
  route({
    method: "post",
    path: "/v1/recordings/refused",
    roles: ["compliance", "admin"],
    summary:
      "What a system was refused is imported, or was no recording: it is not shown any more. On the trail, in the officer's words",
    request: { body: body(refusedAnswer) },
    responses: { 200: json(recordingsState.pick({ refused: true }), "What is left") },
  }),
  async (c) => {
    const { system, until, why } = c.req.valid("json");
    const all = await refusedKeys(c.env.DB);
    const isDone = ({ id, last }: (typeof all)[number]) => id === system && last <= until;
    const done = all.filter(isDone);
    if (done.length === 0) throw new Problem("not-found");
    const tries = done.map(({ why: reason, first, last, n }) => ({ reason, first, last, n }));
    return commit(
      c,
      { code: "recording.refused-done", subject: system, payload: { until, tries, why } },
      // Who is refused once more meanwhile stays.
      [sql("DELETE FROM keys_refused WHERE owner = ? AND last_at <= ?", system, until)],
      { status: 200, body: { refused: all.filter((row) => !isDone(row)) } },
    );
  },
);

const sumOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, n) => sum + n, 0);

/** Each kind of store: its region, whether policy allows it, and the same in words. */
const storesOf = (env: Env, policy: Policy) =>
  storeKind.options.map((kind) => {
    const store = storeOf(env, kind);
    const region = store?.region ?? null;
    const allowed = isAllowed(policy, region);
    const text = !store
      ? storeTexts.none
      : region === null
        ? (storeTexts.unknown[kind] ?? "")
        : fill(allowed ? storeTexts.allowed : storeTexts.outside, {
            region,
            regions: policy.recording.regions.join(", "),
          });
    return { kind, configured: store !== null, region, allowed, text };
  });

/** Where requests' files and copies go, and where the archive is. */
const placesOf = (env: Env, policy: Policy): RecordingsState["places"] => {
  const texts = storeTexts.places;
  const regions = policy.recording.regions.join(", ");
  const archive = archiveRegion(env);
  const inside = isAllowed(policy, archive);
  const said = texts.archive[inside ? "allowed" : archive === null ? "unknown" : "outside"];
  return [
    ...(["files", "copies"] as const).map((purpose) => {
      const found = ownKinds.flatMap((kind) => {
        const store = storeAt(env, purpose, kind);
        return store && store.region !== null ? [{ kind, region: store.region }] : [];
      });
      const best = found.find(({ region }) => isAllowed(policy, region)) ?? found[0];
      const allowed = best !== undefined && isAllowed(policy, best.region);
      const text = best ? texts[allowed ? "allowed" : "outside"] : texts.none;
      const values = { region: best?.region ?? "", regions, ...bucketsOf[purpose] };
      return { purpose, kind: null, region: null, ...best, allowed, text: fill(text, values) };
    }),
    {
      purpose: "archive" as const,
      ...{ kind: "r2" as const, region: archive, allowed: inside },
      text: fill(said, { region: archive ?? "" }),
    },
  ];
};

const idParam = z.object({ id: z.string().max(60) });

recordings.openapi(
  route({
    method: "get",
    path: "/v1/recordings/{id}",
    roles: ["manager", "compliance", "admin"],
    summary:
      "One recording's entry in the register, or what is left of it after its erasure; never its audio",
    request: { params: idParam },
    responses: { 200: json(recordingSchema) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const recording = await readRecording(c.env, c.req.valid("param").id, policy);
    await logRead(c, "recording", null, recording.id);
    return c.json(recording, 200);
  },
);
