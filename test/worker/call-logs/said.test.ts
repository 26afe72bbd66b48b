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

const secondsAgo = (minutes: number) =>
  new Date(Math.floor(Date.now() / 1000) * 1000 - minutes * MINUTE).toISOString();
const idOf = async (token: string) =>
  ((await call("GET", "/v1/me", { token })).data as { person: { id: string } }).person.id;
/** Of the one call that counts, in their order, with who brought them. */
const words = async () => {
  const counts =
    "call IN (SELECT id FROM calls c WHERE NOT EXISTS (SELECT 1 FROM calls n WHERE n.replaces = c.id))";
  const { results } = await env.DB.prepare(
    `SELECT outcome, presentation, campaign, by, '' AS place FROM call_said WHERE ${counts}
     UNION ALL SELECT outcome, presentation, campaign, by, place FROM call_said_more WHERE ${counts} ORDER BY place`,
  ).all<{ outcome: string | null; presentation: string | null; campaign: string | null; by: string }>();
  return results.map(({ outcome, presentation, campaign, by }) => ({ outcome, presentation, campaign, by }));
};
/** Twilio lists one leg to the number; asked for its parent, it says that a softphone began it. */
async function twilioLists(leg: Record<string, string>): Promise<void> {
  const ours = { status: "completed", duration: "3", start_time: leg["start_time"] };
  standIn(({ url }) =>
    Response.json(
      url.includes("/Calls.json")
        ? {
            next_page_uri: null,
            calls: [{ ...ours, sid: `CA${"1".repeat(32)}`, direction: "outbound-api", to: number, ...leg }],
          }
        : { ...ours, sid: `CA${"2".repeat(32)}`, direction: "inbound", from: "client:ann", to: "" },
    ),
  );
  const account = { TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`, TWILIO_AUTH_TOKEN: "token" };
  await fetchCalls({ ...env, ...account }, Date.now());
}

const log = { outcome: "abandoned", presentation: "020 7946 0958", campaignName: "Spring" } as const;
const stored = { ...log, presentation: "+442079460958" };
const nothing = { outcome: null, presentation: null, campaignName: null };

beforeEach(async () => {
  for (const table of ["calls", "call_lists"]) await env.DB.exec(`DELETE FROM ${table}`);
});
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

it("a column that is longer than what is kept of it is cut, and refuses no row", async () => {
  await send([
    row({ presentation: "9".repeat(500), campaignName: `${"x".repeat(199)}\u{1f4de}${"y".repeat(100)}` }),
  ]);
  expect(await said()).toEqual([
    { outcome: null, presentation: "9".repeat(200), campaignName: "x".repeat(199) },
  ]);
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
  expect(await send([whole, whole])).toEqual(["learnt", "there"]);
  expect(await said()).toEqual([stored]);
  expect((await found())[0]!.findings).not.toContain("contradicted");
  // The same call by number, agent and time.
  await env.DB.exec("DELETE FROM call_said");
  expect(await send([{ ...whole, provider: "other", providerId: "x" }])).toEqual(["learnt"]);
});

it("each word is filled by the first log that says it, also by a second line of one file", async () => {
  const bare = row({ providerId: "7" });
  const { outcome, presentation, campaignName } = log;
  expect(await send([{ ...bare, outcome }, { ...bare, campaignName }, bare])).toEqual([
    "added",
    "learnt",
    "there",
  ]);
  expect(await said()).toEqual([{ ...nothing, outcome, campaignName }]);
  expect(await send([{ ...bare, outcome, presentation }], { token: tokens.compliance })).toEqual(["learnt"]);
  expect(await said()).toEqual([stored]);
  expect((await found())[0]!.findings).not.toContain("contradicted");
  const [manager, officer] = await Promise.all([tokens.manager, tokens.compliance].map(idOf));
  expect(await words()).toEqual([
    { outcome, presentation: null, campaign: null, by: manager },
    { outcome: null, presentation: null, campaign: campaignName, by: manager },
    { outcome: null, presentation: stored.presentation, campaign: null, by: officer },
  ]);
});

it("a log that says otherwise changes nothing of what counts, and is a finding, once", async () => {
  const bare = row({ ...log, providerId: "7" });
  await send([bare]);
  const other = { ...bare, outcome: "answered", campaignName: "Autumn" };
  const findings = async (rows: unknown[], dryRun: boolean) =>
    (
      (await call("POST", "/v1/calls/import", { token: tokens.manager, body: { rows, dryRun } }))
        .data as CallsImported
    ).results.map(({ learnt, findings }) => [learnt, findings.join()]);
  for (const dryRun of [true, false])
    expect(await findings([other], dryRun)).toEqual([[true, "contradicted"]]);
  expect(await findings([other, bare], false)).toEqual([
    [false, ""],
    [false, ""],
  ]);
  expect(await said()).toEqual([stored]);
  const contradicted = async () =>
    ((await call("GET", "/v1/calls?finding=contradicted", { token: tokens.manager })).data as CallsAnswer)
      .calls;
  expect(await contradicted()).toMatchObject([{ outcome: "abandoned", campaignName: "Spring" }]);
  await send([row({ ...log, number: "+441632960002" })]);
  expect(await contradicted()).toHaveLength(1);
});

it("a call that an erasure left as a proof alone learns nothing, and no provider’s list brings it back", async () => {
  const startedAt = secondsAgo(10);
  const bare = row({ agent: undefined, startedAt });
  await send([bare]);
  const [{ id } = { id: "" }] = await found();
  await run("INSERT INTO restricted (kind, ref, until, request) VALUES ('call', ?, '2099-01-01', 'x')", id);
  expect(
    await send([
      { ...bare, ...log },
      { ...bare, ...log, provider: "other", providerId: "9" },
    ]),
  ).toEqual(["there", "there"]);
  await twilioLists({ start_time: new Date(startedAt).toUTCString() });
  expect([await words(), await found()]).toEqual([[], []]);
  expect(await dump("calls")).toHaveLength(1);
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
  const startedAt = secondsAgo(10);
  await send([row({ ...log, agent: undefined, startedAt })]);
  const [before] = await dump("call_said");
  await twilioLists({ start_time: new Date(startedAt).toUTCString() });
  const [{ id, via, outcome } = { id: "", via: "", outcome: "" }] = await found();
  expect([via, outcome]).toEqual(["fetch", "abandoned"]);
  expect(await said()).toEqual([stored]);
  // It is still who brought the log that says it, when they did.
  const { by, at } = before as { by: string; at: string };
  expect(by).toBe(await idOf(tokens.manager));
  expect((await dump("call_said")).filter((one) => (one as { call: string }).call === id)).toMatchObject([
    { by, at },
  ]);
  // The log's own line, whose row counts no more, says it of the one that does.
  await env.DB.exec("DELETE FROM call_said");
  expect(await send([row({ ...log, agent: undefined, startedAt })])).toEqual(["learnt"]);
  expect(await said()).toEqual([stored]);
});

it("of a provider’s list comes first, and a log that came before it and says otherwise is a finding", async () => {
  const startedAt = secondsAgo(10);
  await send([row({ ...log, agent: undefined, startedAt })]);
  await twilioLists({
    ...{ start_time: new Date(startedAt).toUTCString(), direction: "outbound-dial", from: "+442079460000" },
    ...{ parent_call_sid: `CA${"2".repeat(32)}`, answered_by: "human" },
  });
  const [one] = await found();
  expect(one).toMatchObject({ outcome: "answered", presentation: "+442079460000", campaignName: "Spring" });
  expect(one!.findings).toContain("contradicted");
  expect((await words()).map(({ outcome, by }) => [outcome, by])).toEqual([
    ["answered", "list:twilio"],
    ["abandoned", await idOf(tokens.manager)],
  ]);
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
