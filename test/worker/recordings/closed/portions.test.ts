/** A full file comes back by commits that the Ledger can take; a run that is killed between two of them loses and doubles nothing. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Change } from "../../../../worker/core/change.ts";
import { ledgerOf } from "../../../../worker/core/commit.ts";
import type { Env } from "../../../../worker/env.ts";
import { returnDue } from "../../../../worker/recordings/closed/due.ts";
import { aTeam, dump } from "../../helpers.ts";
import { kept } from "../certificates/kit.ts";
import { begin, close, here, named } from "./kit.ts";

const tokens = aTeam();
/** More than two portions. */
const N = 3600;
/** The codes and sizes of changes; the one at this place is refused. */
function watched(fails?: number) {
  const changes: { code: string; size: number }[] = [];
  const commit = (change: Change) => {
    changes.push({ code: change.event.code, size: JSON.stringify(change).length });
    if (changes.length === fails) return Promise.reject(new Error("killed"));
    return ledgerOf(env).commit(change);
  };
  const LEDGER = { idFromName: () => "x", get: () => ({ commit }) };
  return { changes, own: { ...env, LEDGER } as unknown as Env };
}
const counted = () => dump("recording_days");
let due: number;
let rows: string[];
let days: unknown[];

beforeAll(async () => {
  await begin(tokens.admin, 1);
  const { results } = await env.DB.prepare(
    "SELECT name FROM pragma_table_info('recordings') WHERE name NOT IN ('rowid', 'source', 'agent_num')",
  ).all<{
    name: string;
  }>();
  const own: Record<string, string> = {
    id: "r.id || printf('-%05d', j.value ->> 0)",
    ref: "printf('%05x', j.value ->> 1) || substr(r.ref, 6)",
    started_at:
      "strftime('%Y-%m-%dT%H:%M:%fZ', unixepoch(r.started_at, 'subsec') + ((j.value ->> 0) + 1) / 1000.0, 'unixepoch')",
    object: "r.object || (j.value ->> 0)",
  };
  // The first one's begins with any digits: the others follow them.
  const ref = await env.DB.prepare("SELECT substr(ref, 1, 5) AS ref FROM recordings").first<string>("ref");
  const refOf = (n: number) => (Number.parseInt(ref!, 16) + 1 + n) % 16 ** 5;
  const columns = results.map(({ name }) => name);
  await env.DB.prepare(
    `INSERT INTO recordings (${columns.join(", ")}) SELECT ${columns.map((name) => own[name] ?? `r.${name}`).join(", ")}
     FROM recordings r CROSS JOIN json_each(?) j`,
  )
    .bind(JSON.stringify(Array.from({ length: N - 1 }, (_, n) => [n, refOf(n)])))
    .run();
  rows = await kept();
  days = await counted();
  await close();
  expect([await here(), (await named()).length]).toEqual([[], 1]);
  const day = await env.DB.prepare("SELECT MIN(day) AS day FROM closed_kept_days").first<string>("day");
  due = Date.parse(day!);
});

it("comes back whole by small commits, whatever moment it is killed at", async () => {
  const there: number[] = [];
  for (const fails of [1, 2, 2]) {
    await expect(returnDue(watched(fails).own, due)).rejects.toThrow("could not be put back");
    there.push((await here()).length);
    expect(await counted()).toEqual(days);
  }
  expect([there[0], (await named()).length]).toEqual([0, 1]);
  expect(there[1]).toBeGreaterThan(0);
  expect(there[2]).toBeGreaterThan(there[1]!);
  expect(there[2]).toBeLessThan(N);
  const { changes, own } = watched();
  await returnDue(own, due);
  for (const { size } of changes) expect(size).toBeLessThan(3_000_000);
  expect(changes.map(({ code }) => code)).toContain("audit.recordings-reopened");
  expect(await kept()).toEqual(rows);
  expect(await counted()).toEqual(days);
  for (const table of ["", "_files", "_numbers", "_out", "_days", "_quarters"])
    expect(await dump(`closed_kept${table}`), table).toEqual([]);
});
