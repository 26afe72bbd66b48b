/** Finding dials: by number, person, outcome, call and day. */
import type * as z from "zod";
import { dialsAnswer, dialsQuery } from "../../shared/dials/api.ts";
import { type Span, undisturbed } from "../storage/closed/read.ts";
import { logRead } from "../core/commit.ts";
import { numberFilter, numberTest } from "../core/numbers.ts";
import { json, room, route } from "../core/route.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { dialsKind, type Line } from "./closed/lines.ts";
import { closedDials, recall } from "./closed/read.ts";
import { rowsOfLines } from "./closed/words.ts";
import { dialAfter, dialFrom } from "./row-number.ts";
import { dialWas, type Row, selectDials, toDial, unusual, verdictWas } from "./rows.ts";

export const dialsFound = room();

dialsFound.openapi(
  route({
    method: "get",
    path: "/v1/dials",
    roles: "everyone",
    summary: "Dials, newest first; agents see their own. The read is logged on the trail",
    request: { query: dialsQuery },
    responses: { 200: json(dialsAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const actor = c.get("actor")!;
    const filters = { ...query, by: actor.role === "agent" ? actor.id : query.by };
    const { rows, next } = await pageOfDials(c.env, filters);
    await logRead(c, "dials", filters);
    return c.json({ dials: rows.map(toDial), next }, 200);
  },
);

/** Dials whose number, what rang or what was meant, is this one or ends so: each has an index of its own. */
function byNumber(written: string, region: string): Condition {
  const [rang, ...params] = numberFilter(written, region, "number", ["dials"]);
  const [meant] = numberFilter(written, region, "record_number", ["dials", "record_number IS NOT NULL"]);
  return [
    `d.num IN (SELECT num FROM dials WHERE ${rang}
       UNION SELECT num FROM dials WHERE record_number IS NOT NULL AND ${meant})`,
    ...params,
    ...params,
  ];
}
type Condition = readonly [condition: string, ...params: (string | number)[]];

/** The dials that saw one call: `sighting` is the number of the first of them. */
const bySighting = (sighting: string): Condition => [
  `d.num IN (SELECT num FROM dials WHERE num = ? UNION SELECT num FROM dials WHERE sighting = ?)`,
  ...[Number(sighting), Number(sighting)],
];

/**
 * The index of the fewest: those that disagree; those that did not pass, or were not clear (`odd`), of a person where one is named; or
 * that person's. Named, as SQLite would walk through all dials of a person or of some days. None where their number finds them.
 */
function indexOf({ number, sighting, by, action, verdict, disagreed }: z.infer<typeof dialsQuery>): {
  odd?: "action" | "verdict";
  index: string;
} {
  if (number !== undefined || sighting !== undefined) return { index: "" };
  if (disagreed) return { index: "dials_disagree" };
  const of = by ? "dials_by" : "dials";
  if (action && action !== "passed") return { odd: "action", index: `${of}_action` };
  if (verdict && verdict !== "clear") return { odd: "verdict", index: `${of}_verdict` };
  return { index: by ? "dials_by" : "" };
}

/**
 * Some dials of the database, newest first, down to a row number, found among the rows themselves: in `dials_in_words` a filter has no index. The statement has only the
 * filters of the query, so that each can use its own.
 */
async function inDatabase(
  db: D1Database,
  query: z.infer<typeof dialsQuery>,
  defaultRegion: string,
  lowest: number,
): Promise<Row[]> {
  const { odd, index } = indexOf(query);
  const wanted: Condition[] = [
    [unrestricted("dial", "CAST(d.num AS TEXT)")],
    ...(query.number === undefined ? [] : [byNumber(query.number, defaultRegion)]),
    ...(query.sighting === undefined ? [] : [bySighting(query.sighting)]),
    ...(query.by ? [["d.by = (SELECT num FROM people WHERE id = ?)", query.by] as const] : []),
    ...(query.action ? [[dialWas[query.action]] as const] : []),
    ...(query.verdict ? [[verdictWas[query.verdict]] as const] : []),
    ...(odd ? [[unusual[odd]] as const] : []),
    ...(query.disagreed ? [["d.agrees = 0"] as const] : []),
    ...(query.from ? [["d.num >= ?", dialFrom(query.from)] as const] : []),
    // The last day is inclusive.
    ...(query.to ? [["d.num < ?", dialAfter(query.to)] as const] : []),
    ...(query.after ? [["d.num < ?", Number(query.after)] as const] : []),
    ...(lowest > 0 ? [["d.num >= ?", lowest] as const] : []),
  ];
  const { results } = await db
    .prepare(
      `${selectDials} WHERE num IN (
         SELECT d.num FROM dials d ${index && `INDEXED BY ${index}`} WHERE ${wanted.map(([condition]) => condition).join(" AND ")}
         ORDER BY d.num DESC LIMIT ?)
       ORDER BY num DESC`,
    )
    .bind(...wanted.flatMap(([, ...params]) => params), query.limit)
    .all<Row>();
  return results;
}

/**
 * One page of dials. Closed ones (closed/README.md) of one number come back into the database first; of other filters they are read
 * where they are, down to a row number, below which the next page goes on: it may be short.
 */
async function pageOfDials(env: Env, query: z.infer<typeof dialsQuery>) {
  const { DB } = env;
  const { defaultRegion } = (await currentPolicy(DB)).policy.numbers;
  const { limit } = query;
  const pageOf = (rows: Row[], reached: number) => {
    const last = rows[limit - 1];
    const next = last?.num ?? (reached > 0 ? reached : null);
    return { rows: rows.slice(0, limit), next: next === null ? null : String(next) };
  };
  const number = query.number === undefined ? null : numberTest(query.number, defaultRegion);
  const span = mayBeClosed(query) ? await spanOf(DB, query, number) : null;
  if (span === null) return pageOf(await inDatabase(DB, query, defaultRegion, 0), 0);
  const read = async (newest: number | undefined) => {
    if (newest === undefined) return pageOf(await inDatabase(DB, query, defaultRegion, 0), 0);
    if (number?.whole) {
      await recall(env, [number.whole], [span.lower, span.upper - 1]);
      return pageOf(await inDatabase(DB, query, defaultRegion, 0), 0);
    }
    const hot = await inDatabase(DB, query, defaultRegion, newest + 1);
    if (hot.length === limit) return pageOf(hot, 0);
    const { lines, reached } = await closedDials(env, span, limit - hot.length);
    const further = reached > span.lower ? reached : 0;
    // Each once: one that comes back meanwhile is in both.
    const rows = [
      ...(await rowsOfLines(DB, lines)),
      ...(await inDatabase(DB, query, defaultRegion, further)),
    ];
    const once = [...new Map(rows.map((row) => [row.num, row])).values()];
    return pageOf(
      once.sort((a, b) => b.num - a.num),
      further,
    );
  };
  return undisturbed(DB, dialsKind, span, ([file]) => read(file && Math.min(file.last, span.upper - 1)));
}

/** Closed dials passed, were clear and agree. */
const mayBeClosed = ({ action, verdict, disagreed }: z.infer<typeof dialsQuery>): boolean =>
  (action ?? "passed") === "passed" && (verdict ?? "clear") === "clear" && disagreed === undefined;

async function spanOf(
  db: D1Database,
  { by, from, to, after, sighting }: z.infer<typeof dialsQuery>,
  number: ReturnType<typeof numberTest> | null,
): Promise<Span<Line>> {
  const person = by
    ? await db.prepare("SELECT num FROM people WHERE id = ?").bind(by).first<number>("num")
    : undefined;
  const ends = [to && dialAfter(to), after && Number(after), sighting && Number(sighting) + 1];
  const begins = [from && dialFrom(from), sighting && Number(sighting)];
  const given = (value: number | string | undefined): value is number => typeof value === "number";
  return {
    lower: Math.max(0, ...begins.filter(given)),
    upper: Math.min(Number.MAX_SAFE_INTEGER, ...ends.filter(given)),
    matches: (line) =>
      (person === undefined || line.by === person) &&
      (number === null || number.whole !== null || number.test(line.number)),
  };
}
