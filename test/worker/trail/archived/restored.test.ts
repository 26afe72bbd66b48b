/** The database is put back to an earlier moment, as D1's Time Travel does, after heads had left: missed until an officer says so. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { fill } from "../../../../shared/texts/language.ts";
import { auditFaults } from "../../../../shared/texts/trail/faults.en.ts";
import { record } from "../../../../worker/core/commit.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { publishHead } from "../../../../worker/trail/heads.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { asOwner, aTeam, DAY, MONTH } from "../../helpers.ts";
import { deepOf, run } from "../kit.ts";

aTeam();
const write = (code: string, subject = "") =>
  record(env, { actor: "system", event: { code, subject, payload: null }, statements: [] });
const newest = async () => (await env.DB.prepare("SELECT MAX(seq) AS seq FROM audit").first<number>("seq"))!;
const found = async () => {
  const { ok, why } = await verify(env);
  return { ok, why };
};
/** As of the moment at which row `seq` was the last. */
async function putBack(seq: number): Promise<void> {
  await asOwner(["audit", "heads"], async () => {
    await run("DELETE FROM audit WHERE seq > ?", seq);
    await run("DELETE FROM heads WHERE seq > ?", seq);
  });
  await run("DELETE FROM audit_payload WHERE seq > ?", seq);
}
const well = { ok: true, why: undefined };

let then: number;
let last: number;
beforeAll(async () => {
  await adopt(env);
  await write("test.kept");
  then = await newest();
  await write("test.lost");
  // The heads of two days leave, with rows that are lost.
  for (const days of [2, 1]) await publishHead(env, Date.now() - days * DAY);
  last = await newest();
  expect(await found()).toEqual(well);
  await putBack(then);
});

it("the heads that left are missed, also once others wrote on, and whoever owns the database cannot say otherwise", async () => {
  expect(await found()).toEqual({ ok: false, why: fill(auditFaults.end, { first: then + 1, last }) });
  await write("test.since", `${then + 1}-${last}`);
  expect((await found()).ok).toBe(false);
  // What is stored is what the trail says: it went back with it.
  expect((await deepOf(["people", "tokens", "policies"])).found).toEqual([]);
});

it("an officer says which rows are gone: no alarm, then, later and from the archive; another head is still missed", async () => {
  await write("evidence.restored", `${then + 1}-${last}`);
  expect(await found()).toEqual(well);
  await publishHead(env, Date.now());
  expect(await found()).toEqual(well);
  await archiveMonths(env, Date.now() + 2 * MONTH);
  expect(await found()).toEqual(well);
  // Somebody cuts the trail afterwards, with the head that left.
  await write("test.later");
  await publishHead(env, Date.now() + DAY);
  await asOwner(["heads"], () => run("DELETE FROM heads WHERE day >= date('now', '+1 days')"));
  const end = await newest();
  await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq >= ?", end - 1));
  await run("DELETE FROM audit_payload WHERE seq >= ?", end - 1);
  expect((await found()).ok).toBe(false);
});
