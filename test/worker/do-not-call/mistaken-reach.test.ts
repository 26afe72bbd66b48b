/** A number that a connector brought while a mistaken objection stood is never open once that one has ended. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { spreadAll } from "../../../worker/do-not-call/spread.ts";
import { DAY } from "../helpers.ts";
import { dated } from "../trail/kit.ts";
import {
  cautioned,
  closed,
  COLLEAGUE,
  consentAfter,
  end,
  hold,
  HOME,
  LINE,
  MOBILE,
  object,
  objected,
  said,
  SWITCHBOARD,
  tokens,
  waiting,
  withCrms,
} from "./scope-kit.ts";

withCrms();

/** A person objected on LINE six days ago, and since a moment staff's mistake, that the company did, stands in its place. */
async function mistaken() {
  const made = async (scope: string) =>
    expect((await object(LINE, { scope }, tokens.manager)).status).toBe(201);
  await made("person");
  await dated(suppressionsBound, "TRUE", { at: new Date(Date.now() - 6 * DAY).toISOString() });
  await made("company");
}
const gone = async (number: string) => expect((await end(number)).status).toBe(200);

it.each([
  ["and closed by it", true],
  ["and not closed yet", false],
])("brought by a run %s: the genuine one closes it at the same moment", async (_, ran) => {
  await hold([1, "contact", "7", LINE, HOME]);
  await mistaken();
  await hold([2, "contact", "3", LINE, MOBILE]);
  if (ran) await spreadAll(env, Date.now());
  await gone(LINE);
  expect((await closed(LINE, HOME, MOBILE)).sort()).toEqual([LINE, HOME, MOBILE].sort());
  // Nothing is left for the next run.
  const count = "SELECT COUNT(*) AS n FROM suppressions";
  const before = await env.DB.prepare(count).first<number>("n");
  await spreadAll(env, Date.now());
  expect(await env.DB.prepare(count).first<number>("n")).toBe(before);
});

it("not what an officer ended alone meanwhile, nor once there is no genuine one", async () => {
  await mistaken();
  await hold([1, "contact", "7", LINE, MOBILE]);
  await spreadAll(env, Date.now());
  await gone(MOBILE);
  await gone(LINE);
  expect(await closed(LINE, MOBILE)).toEqual([LINE]);
  await gone(LINE);
  expect(await closed(LINE, MOBILE)).toEqual([]);
});

describe("one on a line that others share asks compliance as before", () => {
  const shared = () =>
    hold([1, "contact", "a", SWITCHBOARD, MOBILE], [1, "contact", "b", SWITCHBOARD, COLLEAGUE]);
  const objectAs = async (scope: string) =>
    expect((await object(SWITCHBOARD, { scope }, tokens.manager)).status).toBe(201);

  it("a person's, and the numbers that may be theirs are amber", async () => {
    await shared();
    await objectAs("person");
    expect(await waiting()).toEqual([SWITCHBOARD]);
    expect(await cautioned(MOBILE, COLLEAGUE)).toEqual([MOBILE, COLLEAGUE]);
    await objectAs("company");
    await gone(SWITCHBOARD);
    expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE)).toEqual([SWITCHBOARD]);
    expect(await waiting()).toEqual([SWITCHBOARD]);
    expect(await cautioned(MOBILE, COLLEAGUE)).toEqual([MOBILE, COLLEAGUE]);
  });

  it("not where compliance had said who it was", async () => {
    await shared();
    const { id } = await objected(SWITCHBOARD, { scope: "person" });
    await said(id, {
      ...{ scope: "person", records: [{ connector: "hub", object: "contact", record: "a" }] },
      notTheirs: [COLLEAGUE],
    });
    expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE)).toEqual([SWITCHBOARD, MOBILE]);
    await objectAs("company");
    await gone(SWITCHBOARD);
    expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE)).toEqual([SWITCHBOARD, MOBILE]);
    expect(await waiting()).toEqual([]);
    expect(await cautioned(COLLEAGUE)).toEqual([]);
  });

  it("a company's that nobody answered", async () => {
    const first = await object(LINE, { scope: "company" }, tokens.manager);
    await consentAfter((first.data as { at: string }).at);
    const again = await object(LINE, { scope: "company" }, tokens.manager);
    expect(again.status).toBe(201);
    await gone(LINE);
    expect(await closed(LINE)).toEqual([LINE]);
    expect(await waiting()).toEqual([LINE]);
  });
});
