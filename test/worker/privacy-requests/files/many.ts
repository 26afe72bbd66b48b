/** A requester of whom there are more recordings than one file can have. */
import { env } from "cloudflare:workers";
import { done, officer, open, verified, wav, WHO, linksTo } from "../kit.ts";
import { arrive, sample } from "../../recordings/kit.ts";

const AUDIO = wav(0.01);
const TOGETHER = 100;

/**
 * So many recordings of a number in the bucket, a day apart, the newest today. Answers their ids, oldest first. `bytes`: what
 * their rows say.
 */
export async function recorded(
  admin: string,
  number: string,
  many: number,
  { prefix = "many", bytes = AUDIO.byteLength } = {},
): Promise<string[]> {
  const first = await arrive(env, admin, sample({ number }));
  const { results: columns } = await env.DB.prepare(
    "SELECT name FROM pragma_table_info('recordings') WHERE name NOT IN ('rowid', 'source', 'agent_num')",
  ).all<{
    name: string;
  }>();
  const own: Record<string, string> = {
    id: `'${prefix}-' || n`,
    ref: `'${prefix}-' || n`,
    provider_id: `'${prefix}-' || n`,
    object: `'recordings/${prefix}-' || n`,
    started_at: `strftime('%Y-%m-%dT10:00:00.000Z', 'now', (n - ${many}) || ' days')`,
    bytes: String(bytes),
    ...{ etag: "NULL", code: "NULL", salt_high: "NULL", salt_low: "NULL" },
  };
  const names = columns.map(({ name }) => name);
  await env.DB.prepare(
    `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${many})
     INSERT INTO recordings (${names.join(", ")}) SELECT ${names.map((name) => own[name] ?? name).join(", ")}
     FROM c JOIN recordings r ON r.id = ?`,
  )
    .bind(first)
    .run();
  const ids = Array.from({ length: many }, (_, n) => `${prefix}-${n + 1}`);
  for (let n = 0; n < many; n += TOGETHER) await Promise.all(ids.slice(n, n + TOGETHER).map(restore));
  return ids;
}

/** More than half of what one file may have, so that each is a part. */
export const BIG = 2_500_000_000;

/** Puts a recording's audio into the bucket. */
export const restore = (id: string) =>
  env.RECORDINGS!.put(`recordings/${id}`, AUDIO, { httpMetadata: { contentType: "audio/wav" } });

/** A request of theirs that was decided: they get all of these recordings. */
export async function granted(
  number: string,
  ids: readonly string[],
  who: Record<string, unknown> = {},
): Promise<string> {
  const id = await verified(officer, number, who);
  await env.DB.prepare("DELETE FROM request_items WHERE request = ?").bind(id).run();
  await env.DB.prepare(
    `INSERT INTO request_items (request, kind, ref, at, verdict)
     SELECT ?1, 'recording', r.id, r.started_at, 'confirmed' FROM json_each(?2) j JOIN recordings r ON r.id = j.value`,
  )
    .bind(id, JSON.stringify(ids))
    .run();
  await done(officer, id, "decide", { decision: "comply" });
  return id;
}

/** The requester's page by the newest link that was mailed to them, and its path. */
export async function pageOf(email: string = WHO.email) {
  const { path } = (await linksTo(email)).at(-1)!;
  return { path, html: (await open(path)).html };
}
