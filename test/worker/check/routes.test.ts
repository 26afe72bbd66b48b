import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import { aTeam, call, daysAgo, push, setPolicy, today } from "../helpers.ts";
import { redated } from "../registers/redated.ts";

const tokens = aTeam();
const check = async (numbers: string[], more: object = {}) => {
  const { status, data } = await call("POST", "/v1/check", {
    token: tokens.agent,
    body: { numbers, ...more },
  });
  expect(status).toBe(200);
  return data as CheckAnswer;
};
const short = (answer: CheckAnswer) => answer.results.map((r) => [r.e164, r.verdict, r.reasons[0]!.code]);

it("nothing loaded: nothing is clear", async () => {
  const answer = await check(["020 7946 0001", "+18095550134", "nonsense", "(809) 555-0134"]);
  expect(short(answer)).toEqual([
    ["+442079460001", "unknown", "not-screened"],
    ["+18095550134", "unknown", "no-rules"],
    [null, "unknown", "not-a-number"],
    [null, "unknown", "country-unclear"],
  ]);
  expect(answer.results[2]!.facts).toBeNull();
});

it("one of two registers loaded: still not clear, but a listing blocks", async () => {
  await push(tokens.admin, "tps", ["+442079460002"]);
  expect(short(await check(["02079460001", "02079460002"]))).toEqual([
    ["+442079460001", "unknown", "not-screened"],
    ["+442079460002", "blocked", "tps"],
  ]);
});

it("in any written form, in input order, with list, date and words", async () => {
  await push(tokens.admin, "ctps", ["+441632960003"], { asOf: daysAgo(1) });
  const answer = await check([
    "+44 (0)20 7946 0002",
    "01632 960003 ext. 12",
    "0044 20 7946 0001",
    "020 7946 0001",
    "tel:+442079460002",
  ]);
  expect(short(answer)).toEqual([
    ["+442079460002", "blocked", "tps"],
    ["+441632960003", "blocked", "ctps"],
    ["+442079460001", "clear", "not-listed"],
    ["+442079460001", "clear", "not-listed"],
    ["+442079460002", "blocked", "tps"],
  ]);
  expect(answer.results.map((r) => r.input)[0]).toBe("+44 (0)20 7946 0002");
  expect(answer.results[1]).toMatchObject({
    ext: "12",
    facts: { region: "GB", lists: [{ id: "ctps", asOf: daysAgo(1) }] },
  });
  expect(answer.results[0]!.reasons[0]).toMatchObject({
    list: "tps",
    asOf: today(),
    text: expect.stringMatching(/^On TPS \(list of \d/) as string,
  });
  expect(answer.results[2]!.reasons.map((r) => r.list)).toEqual(["tps", "ctps"]);
  expect(answer.stamp.lists).toMatchObject([
    { id: "tps", version: 1 },
    { id: "ctps", version: 1 },
  ]);
});

it("a number whose country cannot be told takes the strictest of its readings, never clear", async () => {
  await call("POST", "/v1/suppressions", {
    token: tokens.agent,
    body: { number: "+14155550135", reason: "asked" },
  });
  const [unclear, blocked] = (await check(["(415) 555-0134", "(415) 555-0135"])).results;
  // At night there, the law's hours block it.
  expect(["unknown", "blocked"]).toContain(unclear!.verdict);
  expect(unclear).toMatchObject({ e164: null, facts: null });
  expect(unclear!.readings).toContain("+14155550134");
  expect(blocked).toMatchObject({ e164: null, verdict: "blocked" });
  expect(blocked!.reasons.map((r) => r.code)).toEqual(
    expect.arrayContaining(["objection", "country-unclear"]),
  );
  const [read] = (await check(["(415) 555-0134"], { region: "US" })).results;
  expect(read!.e164).toBe("+14155550134");
  expect(read!.reasons).toContainEqual(expect.objectContaining({ code: "no-register", list: "us-dnc" }));
});

it("1,000 numbers in one request, each right", async () => {
  const numbers = Array.from({ length: 1000 }, (_, i) => `+4420794${String(60_000 + i).padStart(5, "0")}`);
  const { results } = await check(numbers);
  expect(results.map((r) => r.e164)).toEqual(numbers);
  expect(results.filter((r) => r.verdict === "blocked").map((r) => r.e164)).toEqual(["+442079460002"]);
  expect(results.filter((r) => r.verdict === "clear")).toHaveLength(999);
});

it("a list too old to rely on is no ground for clear", async () => {
  const age = (days: number) => redated("as_of = ?", "list = 1", daysAgo(days));
  await age(27);
  expect(short(await check(["02079460001"]))).toEqual([["+442079460001", "clear", "not-listed"]]);
  await age(28);
  expect(short(await check(["02079460001", "02079460002"]))).toEqual([
    ["+442079460001", "unknown", "stale-list"],
    ["+442079460002", "blocked", "tps"],
  ]);
  await age(0);
});

it("no stored policy lets a register of the law warn, and kinds of campaign want consent", async () => {
  await setPolicy(() => ({ registers: { tps: "warn" } }));
  expect(short(await check(["02079460002"]))).toEqual([["+442079460002", "blocked", "tps"]]);
  const makes = (...runs: Campaign[]) =>
    setPolicy(({ campaigns }) => ({ campaigns: { ...campaigns, runs } }));
  await makes("general", "automated");
  expect(short(await check(["02079460001"], { purpose: "automated" }))).toEqual([
    ["+442079460001", "blocked", "needs-consent"],
  ]);
  await makes("general");
});

it("with days of grace, only what a later version brought is new, counted from the version before", async () => {
  const old = "+441632960003";
  const brought = "+441632960004";
  await redated("as_of = ?", "list = 2 AND ver = 1", daysAgo(10));
  const more = await push(tokens.admin, "ctps", [old, brought], { asOf: daysAgo(2) });
  expect(more.status).toBe(200);
  const set = (graceDays: number) =>
    setPolicy(({ screening }) => ({ screening: { ...screening, graceDays } }));
  const lists = async () =>
    (await check([old, brought])).results.map((r) => [r.verdict, r.facts?.lists[0]?.since]);
  await set(28);
  expect(await lists()).toEqual([
    ["blocked", undefined],
    ["caution", daysAgo(10)],
  ]);
  await set(9);
  expect((await lists()).map(([verdict]) => verdict)).toEqual(["blocked", "blocked"]);
  await set(28);
  // A wrong file, rolled back; and another, corrected by the next file.
  await push(tokens.admin, "ctps", [brought], { asOf: daysAgo(1), allowShrink: true });
  const back = await call("POST", "/v1/lists/ctps/rollback", {
    token: tokens.admin,
    body: { to: 2, parent: 3, why: "the wrong file" },
  });
  expect(back.status).toBe(201);
  const listed = [
    ["blocked", undefined],
    ["caution", daysAgo(10)],
  ];
  expect(await lists()).toEqual(listed);
  await push(tokens.admin, "ctps", [brought], { asOf: daysAgo(1), allowShrink: true });
  await push(tokens.admin, "ctps", [old, brought], { asOf: today() });
  expect(await lists()).toEqual(listed);
  await set(0);
  expect(await lists()).toEqual([
    ["blocked", undefined],
    ["blocked", undefined],
  ]);
});

describe("changes since", () => {
  const since = async (seq: number) =>
    (await call("GET", `/v1/changes?since=${seq}`, { token: tokens.agent })).data as {
      seq: number;
      reset: boolean;
      numbers: string[];
      lists: string[];
      policy?: object;
      stamp: object;
    };

  it("are empty when nothing changed, and bear the same stamp as a check", async () => {
    const { stamp } = await check(["02079460001"]);
    const answer = await since(stamp.seq);
    expect(answer).toMatchObject({ seq: stamp.seq, reset: false, numbers: [], lists: [], stamp });
    expect(answer.policy).toBeUndefined();
  });

  it("a page ahead of the database, or behind what is kept, starts afresh", async () => {
    const { seq } = await since(0);
    expect(await since(seq + 1)).toMatchObject({ reset: true, policy: expect.any(Object) as object });
    await sweep(env, Date.now() + 3 * 86_400_000);
    expect(await since(1)).toMatchObject({ reset: true });
    expect((await since((await since(0)).seq)).reset).toBe(false);
  });
});
