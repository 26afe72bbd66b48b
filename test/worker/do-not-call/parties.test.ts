/** Whose line a number is: who may say it, that sources which disagree say nothing, and what counts by policy. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { PartiesAnswer, Party } from "../../../shared/do-not-call/api.ts";
import type { Problem } from "../../../shared/api.ts";
import { aTeam, call } from "../helpers.ts";

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
