/** Verifies the chain, archived rows included, and names the first row that does not hold. */
import { verifyAnswer, type VerifyAnswer, verifyQuery } from "../../shared/trail/api.ts";
import { auditFaults } from "../../shared/texts/trail/faults.en.ts";
import { faultOf } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { json, room, route } from "../core/route.ts";
import { pages, Unreadable } from "./rows.ts";

/** Most rows a request: a few seconds of work. */
const MOST = 20_000;

type Fault = keyof typeof auditFaults;

/**
 * Verifies the rows after row `after`, whose hash was `head`: recomputes each hash and each commitment whose payload is
 * still kept, and compares published heads. `next` is set if more rows remain. `most` for tests.
 */
export async function verify(env: Env, after = 0, head = "genesis", most = MOST): Promise<VerifyAnswer> {
  const broken = (length: number, hash: string, fault: Fault): VerifyAnswer => ({
    ok: false,
    length,
    head: hash,
    next: null,
    brokenAt: length + 1,
    why: auditFaults[fault],
  });
  const start = await startFault(env, after, head);
  if (start) return { ...broken(after, head, start), brokenAt: after };

  const published = await publishedHeads(env.DB, after);
  let [length, hash] = [after, head];
  try {
    for await (const page of pages(env, after)) {
      for (const row of page.rows) {
        const fault = faultOf(length, hash, row);
        if (fault) return broken(length, hash, fault);
        if ((published.get(row.seq) ?? row.hash) !== row.hash) return broken(length, hash, "head");
        [length, hash] = [row.seq, row.hash];
      }
      if (page.ends) {
        const { archive, intact } = page.ends;
        if (length !== archive.lastSeq) return broken(length, hash, "missing");
        if (!intact || hash !== archive.lastHash)
          return broken(Math.max(after, archive.firstSeq - 1), hash, "object-altered");
      }
      if (length - after >= most) return { ok: true, length, head: hash, next: length };
    }
  } catch (error) {
    if (error instanceof Unreadable) return broken(length, hash, error.fault);
    throw error;
  }
  if ([...published.keys()].some((seq) => seq > length)) return broken(length, hash, "cut");
  return { ok: true, length, head: hash, next: null };
}

/** Checks that row `after` has the given hash, as otherwise the result would say nothing about the rows before. */
async function startFault(env: Env, after: number, head: string): Promise<Fault | null> {
  if (after === 0) {
    const first = await env.DB.prepare(
      "SELECT 1 FROM audit WHERE seq = 0 AND code = 'genesis' AND hash = 'genesis' AND prev = ''",
    ).first();
    return first !== null && head === "genesis" ? null : "genesis";
  }
  const archived = await env.DB.prepare("SELECT last_hash AS hash FROM audit_archives WHERE last_seq = ?")
    .bind(after)
    .first<{ hash: string }>();
  if (archived) return archived.hash === head ? null : "start";
  try {
    for await (const { rows } of pages(env, after - 1))
      return rows[0]?.seq === after && rows[0].hash === head ? null : "start";
  } catch (error) {
    if (error instanceof Unreadable) return error.fault;
    throw error;
  }
  return "missing";
}

const publishedHeads = async (db: D1Database, after: number): Promise<Map<number, string>> => {
  const { results } = await db
    .prepare("SELECT seq, hash FROM heads WHERE seq > ?")
    .bind(after)
    .all<{ seq: number; hash: string }>();
  return new Map(results.map((h) => [h.seq, h.hash]));
};

export const verification = room();

verification.openapi(
  route({
    method: "get",
    path: "/v1/audit/verify",
    roles: ["compliance", "admin"],
    summary: "Verifies the chain, about 20,000 rows a request, and names the first broken row",
    request: { query: verifyQuery },
    responses: { 200: json(verifyAnswer) },
  }),
  async (c) => {
    const { after, head } = c.req.valid("query");
    return c.json(await verify(c.env, after, head), 200);
  },
);
