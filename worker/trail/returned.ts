/**
 * An officer says that an older Worker wrote for a time, as after a roll-back: its rows of the trail have no code, and nothing
 * binds its rows of tables. Verifications then count them apart, and no longer take them for somebody else's.
 */
import { returnedAnswer, returnedRequest } from "../../shared/trail/api.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";
import { commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import type { Env } from "../env.ts";
import { judge } from "./deep/accounted.ts";
import { bindReturned } from "./adopt.ts";
import { erasedByRequests, sayErased } from "./erased.ts";
import { type Archive, archiveColumns, asProblem, wholeRows } from "./rows.ts";
import { keptStart, RETURNED, startOf } from "./start.ts";

export const returned = room();

returned.openapi(
  route({
    method: "post",
    path: "/v1/audit/returned",
    roles: ["compliance", "admin"],
    summary:
      "Says that an older Worker wrote between two moments: its rows on the trail, and its rows that nothing binds, are counted " +
      "apart from then on. Rows that it added to tables which are bound as a whole, and what requests had erased under it, are bound " +
      "now, or within the next runs where they are many; so are rows of `rows` that it changed or erased. With `dryRun` nothing is written: the answer says which of `rows` it ends",
    request: { body: body(returnedRequest) },
    responses: { 200: json(returnedAnswer, "A dry run"), 201: json(returnedAnswer) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const [from, to] = [asked.from, asked.to].map((at) => new Date(at).toISOString()) as [string, string];
    const start = await startOf(c.env);
    const isPast = from < to && Date.parse(to) <= Date.now();
    const range = start.isKept && isPast ? await rowsBetween(c.env, from, to).catch(asProblem) : null;
    if (!range) throw new Problem("invalid", undefined, [{ path: "to", message: details.returned }]);
    const judged = await judge(c.env, start, { ...range, from, to }, asked.rows).catch(asProblem);
    const answer = { ...range, rows: judged.map(({ row }) => row) };
    if (asked.dryRun) return c.json(answer, 200);
    const event = {
      ...RETURNED,
      subject: `${range.first}-${range.last}`,
      payload: { from, to, why: asked.why, rows: answer.rows.filter(({ how }) => how !== null) },
    };
    const now = new Date().toISOString();
    // More findings of the same time.
    const isSame = (one: (typeof start.returned)[number]) => one.from === from && one.to === to;
    const { said: _, ...before } = start.returned.find(isSame)?.bound ?? { since: now };
    const bound = { ...before, until: null };
    const returned = [...start.returned.filter((one) => !isSame(one)), { ...range, from, to, bound }];
    const statements = [
      ...sayErased(await erasedByRequests(c.env.DB, from)),
      ...(await Promise.all(judged.map(({ make }) => make(now)))).flat(),
      ...keptStart({ ...start, returned }),
    ];
    const said = await commit(c, event, statements, { status: 201, body: answer });
    // It is said: the clock goes on where this fails.
    await bindReturned(c.env).catch((error: unknown) => console.error(error));
    return said;
  },
);

/** From the first row of the time to the last before one of a later time: who dates a row back is not among them. Throws Unreadable. */
async function rowsBetween(env: Env, from: string, to: string) {
  const [begins, ends] = [await firstRow(env, from, ">="), await firstRow(env, to, ">")];
  if (begins === null || ends === null || ends <= begins) return null;
  return { first: begins, last: ends - 1 };
}

/** The first row since, or behind, a moment, wherever it is. Throws Unreadable. */
async function firstRow(env: Env, moment: string, is: ">" | ">="): Promise<number | null> {
  const after =
    "COALESCE((SELECT seq FROM heads WHERE day < date(?1, '-2 days') ORDER BY day DESC LIMIT 1), 0)";
  const [here, there] = (await env.DB.batch([
    env.DB.prepare(`SELECT seq FROM audit WHERE at ${is} ?1 AND seq > ${after} ORDER BY seq LIMIT 1`).bind(
      moment,
    ),
    env.DB.prepare(
      `SELECT ${archiveColumns}, ${after} AS after FROM audit_archives
       WHERE last_at ${is} ?1 AND last_seq > ${after} ORDER BY first_seq LIMIT 1`,
    ).bind(moment),
  ])) as [D1Result<{ seq: number }>, D1Result<Archive & { after: number }>];
  const archive = there.results[0];
  const rows = archive ? await wholeRows(env, archive) : [];
  const isSince = ({ at }: LinkedRow) => at > moment || (is === ">=" && at === moment);
  const archived = rows.find((row) => row.seq > archive!.after && isSince(row));
  return (archived ?? here.results[0])?.seq ?? null;
}
