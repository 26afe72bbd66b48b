/** A copy is made in bounded steps: no request makes more calls than the platform lets one make, however long the trail is. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import {
  BY_REQUEST,
  readForCopies,
  wantRead,
} from "../../../../worker/privacy-requests/export/read-archives.ts";
import { requesterOf } from "../../../../worker/privacy-requests/export/whose.ts";
import { momentOf, wantRequest } from "../../../../worker/privacy-requests/rows.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { call, DAY } from "../../helpers.ts";
import { act, called, confirmAll, done, enter, officer, tokens, verified, withTeam } from "../kit.ts";
import { copyOf } from "./zip.ts";

withTeam();

/** Counts what a request asks of the database, at most, and of the stores. */
function counted() {
  const calls = { all: 0, archive: 0 };
  const counting = <T extends object>(one: T, names: readonly string[], archive = 0): T =>
    new Proxy(one, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          if (names.includes(String(name))) {
            calls.all++;
            calls.archive += archive;
          }
          return (value as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  const own = {
    ...env,
    DB: counting(env.DB, ["prepare"]),
    ARCHIVE: counting(env.ARCHIVE, ["get"], 1),
    RECORDINGS: counting(env.RECORDINGS!, ["get", "head"]),
    COPIES: counting(env.COPIES!, ["put", "get", "head"]),
  };
  return { own, calls };
}
const reads = async () => (await env.DB.prepare("SELECT * FROM copy_reads").all<{ after: number }>()).results;

it("reads the archives of a long trail some at a time, by the request and by the clock, and has all of them", async () => {
  const { number } = await called(tokens.admin);
  const entry = { number, reason: "wants no calls", source: "call" };
  expect((await call("POST", "/v1/suppressions", { token: tokens.agent, body: entry })).status).toBe(201);
  await call("GET", `/v1/dials?number=${encodeURIComponent(number)}`, { token: tokens.manager });
  // An object for five rows, as a large company has one for each 20,000.
  await archiveMonths(env, Date.now() + 40 * DAY, 5);
  const id = await verified(officer, number);
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  const now = Date.now();
  const row = async () => wantRequest(env.DB, id, await momentOf(env.DB, now));
  const readSome = async (own: typeof env, most: number) =>
    wantRead(own, id, (await requesterOf(env.DB, await row())).about, most);

  const first = counted();
  await expect(readSome(first.own, 3)).rejects.toMatchObject({
    code: "copy-reads",
    detail: expect.stringMatching(/\d+ archived parts.* 5 minutes/) as string,
  });
  expect(first.calls.archive).toBe(2);
  // Each object, and each search of their payloads, is one of so many; what else it asks is little.
  expect(first.calls.all + 3 * BY_REQUEST).toBeLessThan(500);
  const [{ after } = { after: 0 }] = await reads();
  expect(after).toBeGreaterThan(0);
  // A stranger's request by her name has nothing read once more.
  await enter(officer, { number, proved: false, text: "by a stranger" });
  await Promise.all([readForCopies(env, now, 3), readForCopies(env, now, 3)]);
  expect((await reads())[0]!.after).toBeGreaterThan(after);
  await readForCopies(env, now);
  const second = counted();
  expect((await act(officer, id, "export", {}, second.own)).status).toBe(200);
  expect(second.calls.archive).toBe(0);
  expect(second.calls.all).toBeLessThan(300);
  const { data } = await copyOf(id);
  const whats = data["trail"]!.map(({ what }) => what);
  for (const what of ["Do-not-call entry added", "Looked at dials", "Identity clear already"])
    expect(whats.filter((one) => one === what)).toHaveLength(1);
  expect(await reads()).toEqual([]);
  expect((await env.DB.prepare("SELECT * FROM copy_rows").all()).results).toEqual([]);
});
