/** The status changes of watched numbers, for the desk: with who was told, and who has marked them as seen. */
import {
  seenAnswer,
  seenRequest,
  statusChangesAnswer,
  statusChangesQuery,
  type StatusChange,
  watchAnswer,
} from "../../shared/watching/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { asks, chargeReadings } from "../check/budget.ts";
import { query as read, runBatch } from "../core/batch.ts";
import { commit, logRead } from "../core/commit.ts";
import { problemOf } from "../core/errors.ts";
import { fewest, fitting, lastOf } from "../core/newest.ts";
import { parseNumber } from "../core/numbers.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { markSeen } from "./seen.ts";

export const statusChanges = room();

statusChanges.openapi(
  route({
    method: "get",
    path: "/v1/watch",
    roles: ["manager", "compliance", "admin"],
    summary:
      "How many numbers are watched, how many status changes nobody has seen yet, and how far each register was looked at",
    responses: { 200: json(watchAnswer) },
  }),
  async (c) => {
    const { counts, plain, lists } = await runBatch(c.env.DB, {
      counts: read<{ unseen: number; watched: number; newest: number; hooksFailing: number }>(
        `SELECT (SELECT COUNT(*) FROM turned WHERE seen_at IS NULL) AS unseen,
           (SELECT COUNT(*) FROM watched) AS watched, (SELECT COALESCE(MAX(num), 0) FROM turned) AS newest,
           (SELECT COUNT(*) FROM webhooks
            WHERE deleted_at IS NULL AND (off_at IS NOT NULL OR failing_since IS NOT NULL)) AS hooksFailing`,
      ),
      plain: read<{ n: number; until: string | null }>(
        `SELECT COUNT(*) AS n, (SELECT date(value, '+14 days') FROM marks WHERE name = 'plain-secrets') AS until
         FROM webhooks WHERE deleted_at IS NULL AND secret <> '' AND sealed IS NULL`,
      ),
      lists: read<{ id: string; name: string; version: number; seen: number }>(
        `SELECT l.id, l.name, l.head AS version, COALESCE(w.seen, 0) AS seen
         FROM lists l LEFT JOIN watch_lists w ON w.list = l.num WHERE l.head > 0 ORDER BY l.num`,
      ),
    });
    const { n: hooksPlain, until } = plain[0]!;
    return c.json({ ...counts[0]!, hooksPlain, hooksPlainUntil: hooksPlain > 0 ? until : null, lists }, 200);
  },
);

type Row = Omit<StatusChange, "number" | "mailedTo" | "hooks"> & {
  number: number;
  mailedTo: string | null;
  hooks: string | null;
};

/** Conditions for the filters that are lists of their own, each with its index, by which the newest are found. */
const whys = {
  list: ["turned_list", "t.list IS NOT NULL AND t.reason = t.list"],
  objection: ["turned_objection", "t.reason = 'objection'"],
  house: ["turned_house", "t.reason = 'house'"],
  // A consent that lets a number be called is the reason of the row that says so.
  consent: ["turned_consent", "t.reason IN ('consent', 'needs-consent')"],
} as const;
const verdicts = {
  blocked: ["turned_blocked", "t.to_verdict = 'blocked'"],
  open: ["turned_free", "t.to_verdict <> 'blocked'"],
} as const;
const seenOrNot = {
  true: ["turned_seen", "t.seen_at IS NOT NULL"],
  false: ["turned_unseen", "t.seen_at IS NULL"],
} as const;

type Condition = readonly [condition: string, ...params: (string | number)[]];

/**
 * Row numbers are in the order of time, but for clocks that are set back: a day more is looked at on either side. One bound at each end:
 * SQLite narrows by the first of several.
 */
const after = (since: number, from: string | undefined): Condition =>
  from === undefined
    ? ["t.num > ?", since]
    : [
        `t.at >= ? AND t.num > MAX(?, COALESCE((SELECT num - 1 FROM turned WHERE at >= date(?, '-1 day') ORDER BY at, num LIMIT 1), 9e18))`,
        ...[from, since, from],
      ];
const before = (num: number, until: string | undefined): Condition =>
  until === undefined
    ? ["t.num < ?", num]
    : [
        `t.at < date(?, '+1 day')
         AND t.num < MIN(?, COALESCE((SELECT num + 1 FROM turned WHERE at < date(?, '+2 days') ORDER BY at DESC, num DESC LIMIT 1), 0))`,
        ...[until, num, until],
      ];

statusChanges.openapi(
  route({
    method: "get",
    path: "/v1/watch/turned",
    roles: ["manager", "compliance", "admin"],
    asks: asks.filter,
    summary:
      "Status changes of watched numbers, newest first: from what to what, why, who was told and who has seen it",
    request: { query: statusChangesQuery },
    responses: { 200: json(statusChangesAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { to, why, seen, from, until, limit } = query;
    const db = c.env.DB;
    const { policy } = await currentPolicy(db);
    const number =
      query.number === undefined ? null : numberOf(parseNumber(query.number, policy.numbers.defaultRegion));
    const lists = [
      ...(why === undefined ? [] : [whys[why]]),
      ...(to === undefined ? [] : [verdicts[to]]),
      ...(seen === undefined ? [] : [seenOrNot[seen]]),
    ];
    const range = [after(query.since ?? 0, from), before(query.after ?? Number.MAX_SAFE_INTEGER, until)];
    const wanted: Condition[] = [...range, ...(number === null ? [] : [["t.number = ?", number] as const])];
    const all = (conditions: readonly Condition[]) => ({
      where: conditions.map(([condition]) => `(${condition})`).join(" AND "),
      params: conditions.flatMap(([, ...params]) => params),
    });
    // Of a number there are few.
    const first =
      number === null
        ? await fewest(
            lists,
            ([index, condition]) => {
              const { where, params } = all([...range, [condition]]);
              return { from: `turned t INDEXED BY ${index} WHERE ${where}`, params };
            },
            db,
          )
        : (["turned_number", "t.number IS NOT NULL"] as const);
    const { where, params } = all([...wanted, ...(first === undefined ? [] : [[first[1]] as const])]);
    const among = `SELECT t.* FROM turned t ${first === undefined ? "" : `INDEXED BY ${first[0]}`} WHERE ${where} ORDER BY t.num DESC`;
    const others = lists
      .filter((list) => list !== first)
      .map(([, condition]) => condition.replaceAll("t.", ""));
    const fits = ["TRUE", ...others].join(" AND ");
    await logRead(c, "turned", query);
    const fit = fitting(among, "num", fits, "?");
    const page = db
      .prepare(
        `SELECT t.num, t.number, t.from_verdict AS "from", t.to_verdict AS "to", t.reason, t.list, t.version,
           t.as_of AS asOf, t.at, t.seq, d.at AS mailedAt,
           (SELECT json_group_array(p.name) FROM json_each(d.people) e JOIN people p ON p.id = e.value) AS mailedTo,
           (SELECT json_group_array(w.url) FROM webhooks w WHERE t.num > w.since AND t.num <= w.told) AS hooks,
           t.seen_at AS seenAt, s.name AS seenBy
         FROM turned t
         LEFT JOIN watch_digests d ON d.last = (SELECT MIN(last) FROM watch_digests WHERE last >= t.num)
         LEFT JOIN people s ON s.id = t.seen_by
         WHERE t.num IN (${fit})
         ORDER BY t.num DESC`,
      )
      .bind(...params, limit);
    const rest = db.prepare(lastOf(among, fit, "?")).bind(...params, limit, ...params, limit);
    const [rows, more] = await db.batch<Row>(others.length === 0 ? [page] : [page, rest]);
    const { results } = rows!;
    const last = results[limit - 1] ?? more?.results[0];
    // What a register newly lists is news of numbers that nobody here named.
    if (number === null) await chargeReadings(c, results.length);
    const turned = results.map((row) => ({
      ...row,
      number: e164Of(row.number),
      mailedTo: JSON.parse(row.mailedTo ?? "[]") as string[],
      hooks: (JSON.parse(row.hooks ?? "[]") as string[]).map((url) => new URL(url).host),
    }));
    return c.json({ turned, next: last?.num ?? null }, 200);
  },
);

const TRIES = 3;

statusChanges.openapi(
  route({
    method: "post",
    path: "/v1/watch/seen",
    roles: ["manager", "compliance", "admin"],
    summary: "Marks status changes as seen: some of them, or all up to one",
    request: { body: body(seenRequest) },
    responses: { 200: json(seenAnswer) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const [which, bound] =
      "nums" in asked
        ? (["num IN (SELECT value FROM json_each(?1))", JSON.stringify(asked.nums)] as const)
        : (["num <= ?1", asked.upTo] as const);
    for (let tries = TRIES; ; tries--) {
      const { results } = await c.env.DB.prepare(
        `SELECT num FROM turned WHERE ${which} AND seen_at IS NULL ORDER BY num`,
      )
        .bind(bound)
        .all<{ num: number }>();
      if (results.length === 0) return c.json({ seen: 0 }, 200);
      const nums = results.map(({ num }) => num);
      const answer = await commit(
        c,
        { code: "watch.seen", subject: "", payload: asked },
        markSeen(nums, c.get("actor")!.id, new Date().toISOString()),
        { status: 200, body: { seen: nums.length } },
      ).catch((error: unknown) => {
        // Somebody else marked some of them meanwhile.
        if (tries > 1 && problemOf(error)?.code === "conflict") return null;
        throw error;
      });
      if (answer) return answer;
    }
  },
);
