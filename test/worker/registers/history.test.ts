import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { e164Of } from "../../../shared/registers/blocks.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { aTeam, call, daysAgo, dump, push, setPolicy, today } from "../helpers.ts";
import { redated } from "./redated.ts";

const tokens = aTeam();

const ask = (number: string, at?: string, { list = "tps", token = tokens.manager } = {}) =>
  call("GET", `/v1/lists/${list}/numbers/${encodeURIComponent(number)}${at ? `?at=${at}` : ""}`, { token });
const change = async (list: string, body: object) =>
  (
    await call("POST", `/v1/lists/${list}/changes`, {
      token: tokens.admin,
      body: { asOf: today(), allowShrink: true, attestSameFile: true, ...body },
    })
  ).data as { version: number };
/** Dates a version's commit back. */
const date = (list: number, ver: number, at: string, asOf: string): Promise<void> =>
  redated("committed_at = ?, at = ?1, as_of = ?", "list = ? AND ver = ?", at, asOf, list, ver);
const [a, b, c] = ["+442079460001", "+442079460002", "+442079460003"] as const;

describe("was it listed on that day?", () => {
  it("answers from the version in force at the end of the day", async () => {
    await push(tokens.admin, "tps", [a, b, "+442079560001"]); // 1
    await change("tps", { add: [c], remove: [a] }); // 2
    await change("tps", { add: [a] }); // 3
    await change("tps", { remove: [c] }); // 4
    for (const [ver, at, asOf] of [
      [1, "2026-10-01T09:00:00.000Z", "2026-09-30"],
      [2, "2026-10-10T23:59:59.000Z", "2026-10-09"],
      [3, "2026-10-11T00:00:00.000Z", "2026-10-10"],
      [4, "2026-10-20T12:00:00.000Z", "2026-10-19"],
    ] as const)
      await date(1, ver, at, asOf);

    const answer = async (number: string, at?: string) => {
      const { data } = await ask(number, at);
      const { listed, since, version } = data as { listed: boolean; since?: string; version: number };
      return [listed, since, version];
    };
    expect(await answer(a, "2026-10-01")).toEqual([true, undefined, 1]);
    expect(await answer(a, "2026-10-09")).toEqual([true, undefined, 1]);
    expect(await answer(a, "2026-10-10")).toEqual([false, undefined, 2]);
    expect(await answer(a, "2026-10-11")).toEqual([true, "2026-10-10", 3]);
    expect(await answer(a)).toEqual([true, "2026-10-10", 4]);
    expect(await answer(b)).toEqual([true, undefined, 4]);
    expect(await answer(c, "2026-10-10")).toEqual([true, "2026-10-09", 2]);
    expect(await answer(c, "2026-10-19")).toEqual([true, "2026-10-09", 3]);
    expect(await answer(c, "2026-10-20")).toEqual([false, undefined, 4]);
    // A number in a block that no version touched, and one in a block that does not exist.
    expect(await answer("+442079560001", "2026-10-19")).toEqual([true, undefined, 3]);
    expect(await answer("+443069990000", "2026-10-19")).toEqual([false, undefined, 3]);
    expect((await ask("020 7946 0001", "2026-10-10")).data).toEqual({
      number: a,
      listed: false,
      version: 2,
      asOf: "2026-10-09",
    });
  });

  it("says so where no version was in force, or nothing can be told", async () => {
    expect((await ask(a, "2026-09-30")).data).toMatchObject({ status: 404, code: "list-not-then" });
    expect((await ask(a, undefined, { list: "ctps" })).data).toMatchObject({ code: "list-not-then" });
    expect((await ask(a, undefined, { list: "nothing" })).data).toMatchObject({ code: "not-found" });
    expect((await ask("12")).data).toMatchObject({ status: 422, code: "not-a-number" });
    expect((await ask(a, "2026-13-01")).data).toMatchObject({ status: 422, code: "invalid" });
  });

  it("is an opening of personal data, and no agent may ask", async () => {
    const openings = async () =>
      ((await dump("audit")) as { code: string }[]).filter((row) => row.code === "opened.listing").length;
    const before = await openings();
    expect((await ask(a, undefined, { token: tokens.agent })).status).toBe(403);
    expect(await openings()).toBe(before);
    expect((await ask(a, undefined, { token: tokens.compliance })).status).toBe(200);
    expect(await openings()).toBe(before + 1);
    const { payload } = (await env.DB.prepare(
      "SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE code = 'opened.listing' ORDER BY seq DESC",
    ).first<{ payload: string }>())!;
    expect(JSON.parse(payload)).toEqual({ list: "tps", number: a, at: today() });
  });
});

it("random versions: every day agrees with a model", async () => {
  const universe = [0, 1, 9999, 10_000, 3_000_000_000].map((n) => e164Of(442070000000 + n));
  const model: { ver: number; day: string; set: Set<string> }[] = [];
  let set = new Set(universe);
  await push(tokens.admin, "ctps", universe);
  const keep = async (ver: number) => {
    // At most one version a day.
    const day = daysAgo(200 - model.length * 3);
    await date(2, ver, `${day}T12:00:00.000Z`, day);
    model.push({ ver, day, set });
  };
  await keep(1);
  const sides = fc.tuple(fc.subarray(universe), fc.subarray(universe));
  for (const [add, mayRemove] of fc.sample(sides, { numRuns: 12, seed: 20_261_125 })) {
    const remove = mayRemove.filter((n) => !add.includes(n));
    set = new Set([...set, ...add].filter((n) => !remove.includes(n)));
    const { version } = await change("ctps", { add, remove });
    await keep(version);
  }
  const back = await call("POST", "/v1/lists/ctps/rollback", {
    token: tokens.admin,
    body: { to: 3, parent: model.at(-1)!.ver, why: "test" },
  });
  set = model[2]!.set;
  await keep((back.data as { version: number }).version);
  for (const { ver, day, set } of model)
    for (const at of [day, daysAgo(Math.round((Date.now() - Date.parse(day)) / 86_400_000) - 1)])
      for (const number of universe)
        expect((await ask(number, at, { list: "ctps" })).data, `${number} at ${at}`).toMatchObject({
          listed: set.has(number),
          version: ver,
        });
});

it("undo rows are erased when policy says, and from then on an earlier day is not answered, whoever erased them", async () => {
  const { policy } = (await call("GET", "/v1/policy", { token: tokens.admin })).data as {
    policy: { retention: { listHistoryMonths: number } };
  };
  const months = (n: number) => Date.parse("2026-10-20T12:00:00Z") + n * 30.4375 * 86_400_000;
  const undo = async () =>
    (await env.DB.prepare("SELECT COUNT(*) AS n FROM block_undo WHERE (id >> 20) & 63 = 1").first<{
      n: number;
    }>())!.n;
  const before = await undo();
  // Versions 2 to 4 of tps are of October: 13 months later their undo is erased, by the policy of that day.
  expect(policy.retention.listHistoryMonths).toBe(13);
  await setPolicy(() => ({ retention: { ...policy.retention, listHistoryMonths: 14 } }));
  await sweep(env, months(13.5));
  expect(await undo()).toBe(before);
  expect((await ask(a, "2026-10-10")).status).toBe(200);

  await env.DB.prepare("DELETE FROM block_undo WHERE (id >> 20) & 63 = 1 AND id & 1048575 <= 3").run();
  expect((await ask(a, "2026-10-10")).data).toMatchObject({ status: 409, code: "list-history-gone" });
  expect((await ask(a, "2026-10-01")).data).toMatchObject({ code: "list-history-gone" });
  // The version after the last erased one can still be answered, without a date that is no longer known.
  expect((await ask(c, "2026-10-11")).data).toEqual({
    number: c,
    listed: true,
    version: 3,
    asOf: "2026-10-10",
  });
  await sweep(env, months(14.5));
  expect(await undo()).toBe(0);
  expect((await ask(c, "2026-10-11")).data).toMatchObject({ code: "list-history-gone" });
  expect((await ask(c)).data).toMatchObject({ listed: false, version: 4 });
});
