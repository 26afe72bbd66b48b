/** What a log says of a call besides: how it ended, the number that it showed, and the dialler's campaign. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Call, CallReport, CallsAnswer, CallsImported } from "../../../shared/call-logs/api.ts";
import { fetchCalls } from "../../../worker/call-logs/fetch.ts";
import { call, dump, integration, MINUTE } from "../helpers.ts";
import { copied } from "../privacy-requests/export/zip.ts";
import { done, enter, officer, tokens, withTeam } from "../privacy-requests/kit.ts";
import { standIn } from "../recordings/kit.ts";
import { deepOf, namesColumn, run } from "../trail/kit.ts";

withTeam();
const number = "+441632960001";
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const row = (over: Partial<CallReport> = {}): CallReport => ({
  ...{ provider: "dialler", number, agent: "ann@example.com", startedAt: ago(MINUTE), seconds: 3, ...over },
});
const send = async (rows: unknown[], { dryRun = false, token = tokens.manager } = {}) => {
  const answer = await call("POST", "/v1/calls/import", { token, body: { rows, dryRun } });
  expect(answer.status).toBe(200);
  return (answer.data as CallsImported).results.map(({ status, learnt }) => (learnt ? "learnt" : status));
};
const found = async () =>
  ((await call("GET", "/v1/calls", { token: tokens.compliance })).data as CallsAnswer).calls;
const said = async (): Promise<Partial<Call>[]> =>
  (await found()).map(({ outcome, presentation, campaignName }) => ({ outcome, presentation, campaignName }));

const log = { outcome: "abandoned", presentation: "020 7946 0958", campaignName: "Spring" } as const;
const stored = { ...log, presentation: "+442079460958" };
const nothing = { outcome: null, presentation: null, campaignName: null };

beforeEach(() => env.DB.exec("DELETE FROM calls"));
afterEach(() => vi.unstubAllGlobals());

it("is kept with the call, its number in E.164, and nothing is made up where a log says nothing", async () => {
  await send([row({ ...log, startedAt: ago(MINUTE) }), row({ startedAt: ago(10 * MINUTE) })]);
  expect(await said()).toEqual([stored, nothing]);
  expect(
    (
      await call("POST", "/v1/calls/import", {
        token: tokens.manager,
        body: { rows: [row({ outcome: "busy" as never })] },
      })
    ).data,
  ).toMatchObject({
    results: [{ status: "refused", code: "invalid" }],
  });
});

it("a number that is none, and one that was withheld, are findings and no reason to refuse a call", async () => {
  await send([
    row({ presentation: "12", startedAt: ago(MINUTE) }),
    row({ presentation: "Withheld", startedAt: ago(10 * MINUTE) }),
  ]);
  expect((await said()).map(({ presentation }) => presentation)).toEqual(["12", "withheld"]);
});

it("a call that is there learns once what no log said of it, first on trial", async () => {
  const bare = row({ providerId: "7" });
  expect(await send([bare])).toEqual(["added"]);
  const whole = { ...bare, ...log };
  expect(await send([whole], { dryRun: true })).toEqual(["learnt"]);
  expect(await said()).toEqual([nothing]);
  // Twice in one file: the first line counts.
  expect(await send([whole, { ...whole, outcome: "answered" }])).toEqual(["learnt", "there"]);
  expect(await send([{ ...whole, outcome: "silent" }])).toEqual(["there"]);
  expect(await said()).toEqual([stored]);
  // The same call by number, agent and time.
  await env.DB.exec("DELETE FROM call_said");
  expect(await send([{ ...whole, provider: "other", providerId: "x" }])).toEqual(["learnt"]);
});

it("an integration says nothing of a call that another brought", async () => {
  const theirs = await integration(tokens.admin, ["calls:write"], "Theirs");
  await send([row()]);
  expect(await send([row(log)], { token: theirs })).toEqual(["there"]);
  expect(await said()).toEqual([nothing]);
  const own = row({ number: "+441632960002", providerId: "1" });
  expect(await send([own], { token: theirs })).toEqual(["added"]);
  expect(await send([{ ...own, ...log }], { token: theirs })).toEqual(["learnt"]);
});

it("stays with the row of the provider's list that replaces the log's", async () => {
  const startedAt = new Date(Math.floor(Date.now() / 1000) * 1000 - 10 * MINUTE).toISOString();
  await send([row({ ...log, agent: undefined, startedAt })]);
  standIn(() =>
    Response.json({
      next_page_uri: null,
      calls: [
        {
          ...{ sid: `CA${"1".repeat(32)}`, status: "completed", direction: "outbound-api", duration: "3" },
          ...{ from: "+442079460000", to: number, start_time: new Date(startedAt).toUTCString() },
        },
      ],
    }),
  );
  const account = { TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`, TWILIO_AUTH_TOKEN: "token" };
  await fetchCalls({ ...env, ...account }, Date.now());
  expect((await found()).map(({ via, outcome }) => [via, outcome])).toEqual([["fetch", "abandoned"]]);
  expect(await said()).toEqual([stored]);
  // The log's own line, whose row counts no more, says it of the one that does.
  await env.DB.exec("DELETE FROM call_said");
  expect(await send([row({ ...log, agent: undefined, startedAt })])).toEqual(["learnt"]);
  expect(await said()).toEqual([stored]);
});

it("is bound: whoever alters the database is found, and goes with its call without being missed", async () => {
  await send([row(log)]);
  const [{ id } = { id: "" }] = await found();
  const findings = async () => (await deepOf(["call_said"])).found.filter((one) => one.includes(id));
  expect(await findings()).toEqual([]);
  await run("UPDATE call_said SET outcome = 'answered'");
  expect(await findings()).toEqual([namesColumn(`call_said ${id}`, "outcome")]);
  await run("DELETE FROM call_said");
  expect(await findings()).toEqual([`call_said ${id}: missing`]);
  await run("DELETE FROM calls");
  expect(await findings()).toEqual([]);
  expect(await dump("call_said")).toEqual([]);
});

it("a requester's copy tells it", async () => {
  await send([row(log)]);
  const id = await enter(officer, { number });
  await done(officer, id, "identity", { step: "clear", how: "known to us" });
  await done(officer, id, "match", { everything: true });
  const { data } = await copied(id);
  expect(data["calls"]).toMatchObject([
    { outcome: "abandoned", shown: "+442079460958", campaignName: "Spring" },
  ]);
});
