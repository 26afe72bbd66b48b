/** Finding dials: by number, person, outcome, call and day. */
import type * as z from "zod";
import { dialsAnswer, dialsQuery } from "../../shared/dials/api.ts";
import { logRead } from "../core/commit.ts";
import { numberFilter } from "../core/numbers.ts";
import { json, room, route } from "../core/route.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import { currentPolicy } from "../policy/current.ts";
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
    const { rows, next } = await pageOfDials(c.env.DB, filters);
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
 * One page of dials, found among the rows themselves: in `dials_in_words` a filter has no index. The statement has only the
 * filters of the query, so that each can use its own.
 */
async function pageOfDials(db: D1Database, query: z.infer<typeof dialsQuery>) {
  const { defaultRegion } = (await currentPolicy(db)).policy.numbers;
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
  const last = results[query.limit - 1];
  return { rows: results, next: last ? String(last.num) : null };
}
