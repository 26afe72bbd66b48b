/** Whose line a number is: who may say it, that sources which disagree say nothing, and what counts by policy. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { BulkAnswer, PartiesAnswer, Party } from "../../../shared/do-not-call/api.ts";
import type { Problem } from "../../../shared/api.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { aTeam, call, dump } from "../helpers.ts";

const tokens = aTeam();
const say = (number: string, party: string, more: object = {}, token = tokens.compliance) =>
  call("POST", "/v1/parties", {
    token,
    body: { number, party, detail: "Companies House 01234567", ...more },
  });
const partyOf = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.facts!.party;
};

it("an officer says it with how it is known, and the word counts until it ends", async () => {
  const number = "+441134960001";
  for (const token of [tokens.agent, tokens.manager])
    expect((await say(number, "company", {}, token)).status).toBe(403);
  expect((await say(number, "company", { detail: " " })).status).toBe(422);
  expect((await say(number, "club")).status).toBe(422);
  expect(await partyOf(number)).toBeUndefined();
  const said = (await say(number, "company")).data as Party;
  expect(await partyOf(number)).toEqual({ party: "company", source: "officer", at: said.at });
  const end = () => call("DELETE", `/v1/parties/${said.id}`, { token: tokens.compliance });
  expect((await end()).status).toBe(200);
  expect(((await end()).data as Problem).code).toBe("party-ended");
  expect(await partyOf(number)).toBeUndefined();
  const { data } = await call("GET", `/v1/parties?number=${encodeURIComponent(number)}`, {
    token: tokens.compliance,
  });
  expect((data as PartiesAnswer).parties).toMatchObject([
    { party: "company", endedAt: expect.any(String) as string },
  ]);
});

it("the same source's later word replaces the earlier one", async () => {
  const number = "+441134960002";
  await say(number, "company");
  await say(number, "sole-trader", { detail: "they told us" });
  expect(await partyOf(number)).toMatchObject({ party: "sole-trader" });
});

it("a source that policy does not name says nothing; two that disagree neither", async () => {
  const number = "+441134960003";
  await say(number, "company", { source: "import" });
  expect(await partyOf(number)).toBeUndefined();
  await say(number, "consumer");
  expect(await partyOf(number)).toMatchObject({ party: "consumer", source: "officer" });
  await env.DB.prepare(
    "INSERT INTO policies (version, doc, by, at, why) SELECT 1, ?, id, ?, '' FROM people LIMIT 1",
  )
    .bind(JSON.stringify({ parties: { from: ["officer", "import"] } }), new Date().toISOString())
    .run();
  expect(await partyOf(number)).toBeUndefined();
  await say(number, "company");
  expect(await partyOf(number)).toMatchObject({ party: "company" });
});

describe("in bulk", () => {
  const bulk = async (rows: object[], token = tokens.compliance) => {
    const { status, data } = await call("POST", "/v1/parties/bulk", { token, body: { rows } });
    expect(status, JSON.stringify(data)).toBe(200);
    return (data as BulkAnswer).results.map((result) => result.code ?? result.status);
  };
  const [one, two, three] = ["+441134960101", "+441134960102", "+441134960103"] as const;
  const row = (number: string, party: string, more: object = {}) => ({
    ...{ number, party, detail: "Companies House, 1 Nov 2026" },
    ...more,
  });

  it("officers alone say it; a bad row is refused alone, and so is one that disagrees with another", async () => {
    for (const token of [tokens.agent, tokens.manager])
      expect(
        (await call("POST", "/v1/parties/bulk", { token, body: { rows: [row(one, "company")] } })).status,
      ).toBe(403);
    const rows = [
      row("0113 496 0101", "company"),
      row(two, "club"),
      row(two, "partnership", { detail: " " }),
      row(two, "partnership", { source: "connector" }),
      row("12", "company"),
      row(one, "company"),
      row(one, "consumer"),
      row(two, "sole-trader"),
    ];
    expect(await bulk(rows)).toEqual([
      ...["added", "invalid", "invalid", "invalid", "not-a-number", "there", "invalid", "added"],
    ]);
    expect([await partyOf(one), await partyOf(two)]).toMatchObject([
      { party: "company", source: "officer" },
      { party: "sole-trader" },
    ]);
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("the same rows again add nothing; a source's later word replaces its earlier one alone", async () => {
    const rows = [row(three, "company"), row(three, "consumer", { source: "import" })];
    expect(await bulk(rows)).toEqual(["added", "added"]);
    const before = await dump("parties");
    expect(await bulk(rows)).toEqual(["there", "there"]);
    expect(await dump("parties")).toEqual(before);
    expect(await bulk([row(three, "partnership")])).toEqual(["added"]);
    const { data } = await call("GET", `/v1/parties?number=${encodeURIComponent(three)}`, {
      token: tokens.admin,
    });
    expect(
      (data as PartiesAnswer).parties
        .map(({ party, source, endedAt }) => [party, source, endedAt !== null])
        .sort(),
    ).toEqual([
      ["company", "officer", true],
      ["consumer", "import", false],
      ["partnership", "officer", false],
    ]);
  });

  it("two at once leave one word of a source", async () => {
    const number = "+441134960104";
    await Promise.all([bulk([row(number, "company")]), bulk([row(number, "consumer", { detail: "x" })])]);
    const { results } = await env.DB.prepare(
      "SELECT party FROM parties WHERE number = ? AND ended_at IS NULL",
    )
      .bind(Number(number.slice(1)))
      .all();
    expect(results).toHaveLength(1);
  });
});
