/** Requests' files whose day has come, in a store that does not answer: what comes behind them in the clock's run does not wait. */
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { Env } from "../../../../worker/env.ts";
import { eraseFiles } from "../../../../worker/privacy-requests/files/erasure.ts";
import { MINUTE } from "../../helpers.ts";
import { enter, officer, withTeam } from "../kit.ts";

withTeam();
const PATIENCE = 50;
const HOUR = 60 * MINUTE;
const left = async () =>
  (await env.DB.prepare("SELECT COUNT(*) AS n FROM request_files WHERE erased_at IS NULL").first<number>(
    "n",
  ))!;
const due = async (n: number) => {
  const request = await enter(officer);
  await env.DB.prepare(
    `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?2)
     INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at, erase_after)
     SELECT ?1 || n, ?1, 'scan', 'r2-files', 'requests/' || ?1 || '/' || n, '', 'image/png', 1, 'x', '2026-11-01', '2026-11-02' FROM c`,
  )
    .bind(request, n)
    .run();
};
/** A store in which some erasures get no answer; it counts what it was asked. */
function hanging(hangs: (key: string) => boolean) {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const asked: string[] = [];
  const bucket = {
    head: () => Promise.resolve(null),
    delete: (key: string) => {
      asked.push(key);
      return hangs(key) ? new Promise(() => undefined) : Promise.resolve();
    },
  };
  return { asked, own: { ...env, FILES: bucket as unknown as R2Bucket } satisfies Env };
}

it("a store that hangs is asked for a few files, and given up until the next run", async () => {
  await due(45);
  const { asked, own } = hanging(() => true);
  await eraseFiles(own, Date.now(), PATIENCE);
  expect(asked).toHaveLength(10);
  expect(await left()).toBe(45);
});

it("files beside one that gets no answer are erased", async () => {
  const { own } = hanging((key) => key.endsWith("/7"));
  // Those of before are tried again after their pause.
  const start = Date.now() + HOUR;
  for (let run = 1; run <= 40 && (await left()) > 1; run++)
    await eraseFiles(own, start + run * 5 * MINUTE, PATIENCE);
  expect(await left()).toBe(1);
});
