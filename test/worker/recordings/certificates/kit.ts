/** Shared by the tests of closed certificates: five recordings of long ago that were erased today, and one each that stays. */
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { RecordingRequest } from "../../../../shared/recordings/api.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import type { Env } from "../../../../worker/env.ts";
import { call, DAY, dump, MINUTE } from "../../helpers.ts";
import { arrive, sample } from "../kit.ts";

export const LATER = Date.now() + 100 * DAY;
const LONG_AGO = new Date(Date.now() - 500 * DAY).toISOString();

/** A clock that a reading of it puts on by two minutes: a run makes one file. */
export const slow = () => {
  let at = LATER;
  return () => (at += 2 * MINUTE);
};
export const killed = {
  ...env,
  LEDGER: { idFromName: () => "x", get: () => ({ commit: () => Promise.reject(new Error("killed")) }) },
} as unknown as Env;

let keys = 0;
export const long = (own: Partial<RecordingRequest> = {}) =>
  sample({ startedAt: LONG_AGO, storage: { kind: "r2", key: `folder/${++keys}.mp3` }, ...own });

/** A recording that is erased on its day; with words, by hand. */
export async function erased(admin: string, body: RecordingRequest, officer?: string): Promise<string> {
  const id = await arrive(env, admin, body);
  if (officer !== undefined)
    expect(
      (await call("POST", `/v1/recordings/${id}/erase`, { token: officer, body: { why: "She rang us" } }))
        .status,
    ).toBe(202);
  return gone(id);
}

/** By hand it began at once, and may still be under way. */
export async function gone(id: string): Promise<string> {
  await eraseDue(env, Date.now(), { only: id });
  await vi.waitFor(async () =>
    expect(
      await env.DB.prepare("SELECT 1 FROM certificates WHERE recording = ?").bind(id).first(),
    ).not.toBeNull(),
  );
  return id;
}

/** Letter by letter; integers beyond 2^53 as SQLite writes them. */
export async function kept(): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM pragma_table_info('recordings') WHERE name NOT IN ('rowid', 'source', 'agent_num')",
  ).all<{
    name: string;
  }>();
  const all = await env.DB.prepare(
    `SELECT json_array(${results.map(({ name }) => `typeof(${name}) || ' ' || COALESCE(${name}, '')`).join(", ")}) AS row
     FROM recordings ORDER BY id`,
  ).all<{ row: string }>();
  return all.results.map(({ row }) => row);
}
export const here = async () => ((await dump("recordings")) as { id: string }[]).map(({ id }) => id).sort();
export const objects = async () =>
  (await env.ARCHIVE.list({ prefix: "certificates/" })).objects.map(({ key }) => key).sort();
export const named = async () =>
  ((await dump("closed_certificates")) as { key: string }[]).map(({ key }) => key).sort();
