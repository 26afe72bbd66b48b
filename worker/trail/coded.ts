/**
 * Codes for tokens of before (core/audit-key.ts), and for those whose code is under a key that was replaced: the trail says which the
 * Worker made. Once all of before have theirs, the trail says so, and no other gets one.
 */
import { tokensBound } from "../core/access-bound.ts";
import type { CodedToken } from "../core/change.ts";
import { codedBy, codeOf } from "../core/audit-key.ts";
import type { Env } from "../env.ts";
import { agreedOf } from "./agreed.ts";
import { startOf } from "./start.ts";

/** Tokens at once; and how often more archives are read for those in them. */
const MOST = 500;
const READS = 20;

type Row = CodedToken & { nextHash: string | null };

const rowsOf = async (db: D1Database, where: string, ...params: string[]): Promise<Row[]> =>
  (
    await db
      .prepare(`SELECT id, person, hash, mac, next_hash AS nextHash FROM tokens WHERE ${where}`)
      .bind(...params)
      .all<Row>()
  ).results;

/**
 * Whether a token that has not its code under the key in force is the Worker's: before all tokens had one, or with its code under
 * an older key. The trail must bind it as it is, and then it gets the code.
 */
export async function vouch(env: Env, token: CodedToken): Promise<boolean> {
  const start = await startOf(env);
  if (start.coded && (await codedBy(env, token)) !== "older") return false;
  const [row] = await rowsOf(env.DB, "id = ? AND person = ?", token.id, token.person);
  return row !== undefined && (await giveCodes(env, [row])).size === 1;
}

/** Those of these tokens that are as the trail has them: each has its code now. */
async function giveCodes(env: Env, rows: readonly Row[]): Promise<Set<string>> {
  const good = new Set<string>();
  let ids = rows.map(({ id }) => id);
  for (let n = 0; n < READS && ids.length > 0; n++) {
    const { agreed, unbound, later } = await agreedOf(env, tokensBound, ids);
    for (const id of [...agreed.keys(), ...unbound]) good.add(id);
    ids = later;
  }
  const codes = rows.filter(({ id }) => good.has(id));
  const coded = await Promise.all(
    codes.map(async ({ id, person, hash, nextHash }) => ({
      ...{ id, hash, nextHash, mac: await codeOf(env, { id, person, hash }) },
      next: nextHash === null ? null : await codeOf(env, { id, person, hash: nextHash }),
    })),
  );
  await env.DB.prepare(
    `WITH j AS MATERIALIZED (SELECT value ->> 'id' AS id, value ->> 'hash' AS of, value ->> 'nextHash' AS next_of,
         value ->> 'mac' AS code, value ->> 'next' AS next FROM json_each(?1))
       UPDATE tokens SET mac = j.code, next_mac = j.next FROM j
       WHERE tokens.id = j.id AND hash = j.of AND next_hash IS j.next_of`,
  )
    .bind(JSON.stringify(coded))
    .run();
  return good;
}

/** Tokens of before, some a run: null where there are more; else how many had no code in the end, as the trail is not of them. */
export async function codeTokens(env: Env, commits: number): Promise<number | null> {
  let refused = 0;
  for (let n = 0, last = ""; n < commits; n++) {
    const rows = await rowsOf(env.DB, `mac IS NULL AND id > ? ORDER BY id LIMIT ${MOST}`, last);
    refused += rows.length - (await giveCodes(env, rows)).size;
    if (rows.length < MOST) return refused;
    last = rows.at(-1)!.id;
  }
  return null;
}
