/** Calls that no page saw: each stored once, whatever reports it, and judged by what was known at its moment. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type {
  Call,
  CallDays,
  CallReport,
  CallsAnswer,
  CallsImported,
  CallsState,
} from "../../../shared/call-logs/api.ts";
import { e164Of, numberOf } from "../../../shared/registers/blocks.ts";
import { matchLate, tellBlocked } from "../../../worker/call-logs/notify.ts";
import { fetchCalls } from "../../../worker/call-logs/fetch.ts";
import type { WaitingAnswer } from "../../../shared/overview/api.ts";
import type { Env } from "../../../worker/env.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { openScreening, screenPart } from "../../../worker/screening/record.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import type { Recording } from "../../../shared/recordings/api.ts";
import { aTeam, call, DAY, dump, integration, join, MINUTE, push, setPolicy, under } from "../helpers.ts";
import { arrive, sample, standIn } from "../recordings/kit.ts";
import { redated } from "../registers/redated.ts";

const HOUR = 60 * MINUTE;
const ACCOUNT = `AC${"0".repeat(32)}`;
const own: Env = {
  ...env,
  TWILIO_ACCOUNT_SID: ACCOUNT,
  TWILIO_AUTH_TOKEN: "token",
  AIRCALL_ID: "id",
  AIRCALL_TOKEN: "token",
};
const listed = "+441632960001";
const free = "+441632960002";
const tokens = aTeam();
let ann: string;
let annId: string;
beforeAll(async () => {
  ann = await join(tokens.admin, "agent", "ann@example.com");
  annId = ((await call("GET", "/v1/me", { token: ann })).data as { person: { id: string } }).person.id;
  for (const [list, numbers] of [
    ["tps", [listed]],
    ["ctps", ["+441632960999"]],
  ] as const)
    expect((await push(tokens.admin, list, [...numbers])).status).toBe(200);
  // As if the lists had been pushed two days ago.
  await redated("committed_at = ?", "TRUE", ago(2 * DAY));
  const body = { name: "Ann" };
  expect((await call("PATCH", `/v1/people/${annId}`, { token: tokens.admin, body })).status).toBe(200);
});
beforeEach(async () => {
  for (const table of ["calls", "calls_erased", "call_lists", "call_agents", "outbox"])
    await env.DB.exec(`DELETE FROM ${table}`);
  await env.DB.exec("DELETE FROM dials");
});
afterEach(() => vi.unstubAllGlobals());

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const row = (over: Partial<CallReport> = {}): CallReport => ({
  provider: "softphone",
  number: listed,
  agent: "ann@example.com",
  startedAt: ago(MINUTE),
  seconds: 61,
  ...over,
});
const send = async (rows: unknown[], dryRun = false) => {
  const answer = await call("POST", "/v1/calls/import", { token: tokens.manager, body: { rows, dryRun } });
  expect(answer.status).toBe(200);
  return (answer.data as CallsImported).results;
};
const found = async (query = "", token = tokens.compliance) =>
  ((await call("GET", `/v1/calls?${query}`, { token })).data as CallsAnswer).calls;
const dial = async (over: Record<string, unknown> = {}, token = ann) =>
  call("POST", "/v1/dials", {
    token,
    body: {
      ...{ number: listed, e164: listed, action: "held", verdict: "blocked", reasons: [], seen: null },
      ...{ host: "crm.example", at: ago(2 * MINUTE) },
      ...over,
    },
  });

describe("a log", () => {
  it("is tried first and then taken, each call once, and what cannot be read is refused alone", async () => {
    const rows = [
      row({ providerId: "1" }),
      row({ providerId: "1", number: free }),
      row({ number: free, startedAt: ago(5 * MINUTE), direction: "inbound" }),
      row({ number: "nonsense" }),
      row({ startedAt: ago(40 * 365 * DAY) }),
      { ...row(), seconds: -1 },
    ];
    const tried = await send(rows, true);
    expect(tried.map(({ status, verdict, findings }) => [status, verdict, findings.join()])).toEqual([
      ["added", "blocked", "blocked,unscreened"],
      ["there", null, ""],
      ["added", null, ""],
      ["refused", null, ""],
      ["refused", null, ""],
      ["refused", null, ""],
    ]);
    expect(tried.slice(3).map((r) => r.code)).toEqual(["not-a-number", "invalid", "invalid"]);
    expect(await dump("calls")).toEqual([]);
    expect(await send(rows)).toEqual(tried);
    expect((await send(rows)).map((r) => r.status)).toEqual([
      "there",
      "there",
      "there",
      ...Array<string>(3).fill("refused"),
    ]);
    expect(await found()).toHaveLength(2);
  });

  it("without ids a call is known by number, time and agent; two ids of one provider are two calls", async () => {
    const at = ago(10 * MINUTE);
    await send([row({ startedAt: at })]);
    const near = new Date(Date.parse(at) + 59_000).toISOString();
    const apart = new Date(Date.parse(at) + 61_000).toISOString();
    const statuses = await send([
      row({ startedAt: near }),
      row({ startedAt: near, provider: "dialler", providerId: "x1" }),
      row({ startedAt: near, agent: "Ben" }),
      row({ startedAt: apart }),
    ]);
    expect(statuses.map((r) => r.status)).toEqual(["there", "there", "added", "added"]);
    const twins = [row({ number: free, providerId: "a" }), row({ number: free, providerId: "b" })];
    expect((await send(twins)).map((r) => r.status)).toEqual(["added", "added"]);
  });

  it("of an integration names its own ids: none of a fetched provider's, and it hides nobody else's", async () => {
    const send = (token: string, rows: CallReport[]) =>
      under(own, "POST", "/v1/calls/import", { token, body: { rows, dryRun: false } });
    const system = (name: string) => integration(tokens.admin, ["calls:write"], name);
    const [one, two] = [await system("One"), await system("Two")];
    const outcomes = async (token: string, rows: CallReport[]) =>
      ((await send(token, rows)).data as CallsImported).results.map(({ status, code }) => code ?? status);
    const hidden = row({ providerId: "4711", direction: "inbound" });
    const call = row({ providerId: "4711" });
    const twilio = row({
      number: free,
      provider: "twilio",
      providerId: `CA${"1".repeat(32)}`,
      direction: "inbound",
    });
    expect(await outcomes(one, [hidden, twilio])).toEqual(["added", "invalid"]);
    expect(await outcomes(two, [call])).toEqual(["added"]);
    expect(await outcomes(two, [call])).toEqual(["there"]);
    // From before its ids were its own, it is the one's that brought it.
    const { refOf } = await import("../../../worker/recordings/rows.ts");
    await env.DB.prepare("UPDATE calls SET ref = ? WHERE direction = 'outbound'")
      .bind(refOf(call.provider, "4711"))
      .run();
    expect([await outcomes(two, [call]), await outcomes(one, [{ ...call, providerId: "4712" }])]).toEqual([
      ["there"],
      ["added"],
    ]);
    // The manager's own list still has the provider's.
    expect(await outcomes(tokens.manager, [twilio])).toEqual(["added"]);
  });

  it("an agent opens nothing of it", async () => {
    for (const path of ["/v1/calls", "/v1/calls/days", "/v1/calls/state"])
      expect((await call("GET", path, { token: ann })).status).toBe(403);
    expect((await call("POST", "/v1/calls/import", { token: ann, body: { rows: [row()] } })).status).toBe(
      403,
    );
  });
});

describe("a call is judged", () => {
  it("by what was known at its moment, not by what is known now", async () => {
    const was = ago(3 * DAY);
    const other = "+441632960004";
    const entry = { number: other, reason: "asked", kind: "objection" };
    await call("POST", "/v1/suppressions", { token: tokens.manager, body: entry });
    await send([
      row({ number: other, startedAt: ago(0) }),
      row({ number: other, startedAt: was, providerId: "old" }),
    ]);
    const [now, then] = await found(`number=${encodeURIComponent(other)}`);
    expect([now!.verdict, now!.reasons[0]!.code, now!.findings[0]]).toEqual([
      "blocked",
      "objection",
      "blocked",
    ]);
    // Three days ago no register was loaded.
    expect([then!.verdict, then!.reasons[0]!.code]).toEqual(["unknown", "not-screened"]);
    expect(then!.findings).not.toContain("blocked");
  });

  it("a consent that is entered after the call, whatever day it bears, was not known at its moment", async () => {
    const entered = await call("POST", "/v1/consents", {
      token: tokens.manager,
      body: {
        ...{ number: listed, kind: "notification", giver: "subscriber", givenBy: "Dora", givenAt: ago(DAY) },
        ...{ words: "yes", how: "web", proof: "form 12" },
      },
    });
    expect(entered.status).toBe(201);
    const [before, after] = await send([
      row({ startedAt: ago(5 * MINUTE) }),
      row({ startedAt: ago(0), providerId: "1" }),
    ]);
    await env.DB.exec("DELETE FROM consents");
    expect([before!.verdict, after!.verdict]).toEqual(["blocked", "caution"]);
  });

  it("an override on record is no finding, a dial that was held is one, and both are its evidence", async () => {
    expect((await dial()).status).toBe(201);
    await send([row()]);
    expect((await found())[0]).toMatchObject({
      ...{
        verdict: "blocked",
        overridden: false,
        screened: "dial",
        extension: "on",
        personName: "Ann",
      },
      ...{ dial: { action: "held" }, findings: ["blocked"] },
    });
    await env.DB.exec("DELETE FROM calls");
    const over = { action: "overridden", basis: "service", reason: "they asked for it" };
    expect((await dial(over)).status).toBe(201);
    await send([row()]);
    expect((await found())[0]).toMatchObject({ verdict: "blocked", overridden: true, findings: [] });
    expect(await found("finding=blocked")).toEqual([]);
  });

  it("evidence of a dial that comes late finds its call", async () => {
    await send([row({ startedAt: ago(2 * MINUTE) }), row({ number: free })]);
    expect((await found("finding=blocked")).map((c) => c.number)).toEqual([listed]);
    await matchLate(env, Date.now());
    expect((await dump("audit")).filter((a) => (a as { code: string }).code === "call.matched")).toEqual([]);
    await dial({ action: "overridden", basis: "service", reason: "x" });
    await matchLate(env, Date.now());
    const [one] = await found(`number=${encodeURIComponent(listed)}`);
    expect(one).toMatchObject({
      overridden: true,
      screened: "dial",
      dial: { action: "overridden" },
      findings: [],
    });
  });

  it("never screened: nothing on record in the days that count, by a dial, a lookup or a screening", async () => {
    const at = (days: number) => ago(days * DAY + MINUTE);
    await env.DB.prepare("INSERT INTO lookups (number, list, at, listed, source) VALUES (?, 1, ?, 0, 'x')")
      .bind(numberOf(free), at(27))
      .run();
    await send([
      row({ number: free }),
      row({ number: free, startedAt: ago(28 * DAY), providerId: "before" }),
    ]);
    expect((await found()).map((c) => [c.screened, c.findings.includes("unscreened")])).toEqual([
      ["lookup", false],
      [null, true],
    ]);
    expect(await found("finding=unscreened")).toHaveLength(1);
    // A screening counts for its own numbers, not their neighbours, and not where the verdict was unknown.
    const [neighbour, foreigner] = ["+441632960004", "+18095552672"];
    const screening = await openScreening(env, "system", { source: "api", name: "x" });
    await screenPart(env, "system", screening, 1, [foreigner, listed]);
    // One register's answer is no screening while another register that was due has none.
    await env.DB.prepare("INSERT INTO lookups (number, list, at, listed, source) VALUES (?, 1, ?, 0, 'x')")
      .bind(numberOf(foreigner), at(2))
      .run();
    await env.DB.exec("DELETE FROM calls");
    await send([listed, neighbour, foreigner].map((number) => row({ number, startedAt: ago(-MINUTE) })));
    const by = new Map((await found()).map((c) => [c.number, c.screened]));
    expect([listed, neighbour, foreigner].map((number) => by.get(number))).toEqual(["screening", null, null]);
    // A dial whose verdict was unknown screened nothing.
    const foreign = "+18095552671";
    const unknown = { number: foreign, e164: foreign, action: "held", verdict: "unknown" };
    expect((await dial(unknown)).data).toMatchObject({ workerVerdict: "unknown" });
    await send([row({ number: foreign })]);
    expect(await found(`number=${encodeURIComponent(foreign)}`)).toMatchObject([
      { dial: { action: "held" }, screened: null },
    ]);
  });
});

describe("the agent", () => {
  const used = (at: string) =>
    env.DB.prepare("UPDATE tokens SET last_used_at = ?, created_at = '2020' WHERE person = ?")
      .bind(at, annId)
      .run();
  it("is off where no browser of theirs asked anything around the call nor since, and untold where one did later", async () => {
    await used(ago(60 * MINUTE));
    await send([row({ startedAt: ago(29 * MINUTE) }), row({ number: free, startedAt: ago(75 * MINUTE) })]);
    expect((await found()).map((c) => c.extension)).toEqual(["off", "on"]);
    await used(ago(0));
    await send([row({ number: "+441632960003", startedAt: ago(45 * MINUTE) })]);
    expect((await found("number=01632960003"))[0]).toMatchObject({ extension: null });
    const { days } = (await call("GET", "/v1/calls/days", { token: tokens.manager })).data as CallDays;
    expect(days.reduce((n, d) => n + d.calls, 0)).toBe(3);
    // One day, or two if midnight is in between.
    expect(new Set(days.map((d) => `${d.personName} ${d.agent}`))).toEqual(new Set(["Ann null"]));
    expect((await found("finding=off")).map((c) => c.number)).toEqual([listed]);
  });

  it("is found by address, by a name that one person has, behind a softphone's scheme, or as the desk says", async () => {
    const names = [
      "ANN@example.com",
      "client:ann@example.com",
      "sip:ann@example.com;transport=tls",
      "Ada Admin",
    ];
    const agents = [...names, "Ann", "ext 12"];
    await send(agents.map((agent, i) => row({ agent, providerId: String(i), startedAt: ago(i * 1000) })));
    const whose = async () => (await found()).map((c) => c.personName);
    expect(await whose()).toEqual(["Ann", "Ann", "Ann", "Ada Admin", "Ann", null]);
    const state = async () =>
      (await call("GET", "/v1/calls/state", { token: tokens.manager })).data as CallsState;
    expect((await state()).unknown).toEqual([{ agent: "ext 12", calls: 1 }]);
    const say = (person: string | null) =>
      call("PUT", "/v1/calls/agents", { token: tokens.manager, body: { agent: "EXT 12", person } });
    expect((await say("nobody")).status).toBe(422);
    expect((await say(annId)).status).toBe(200);
    expect((await whose()).at(-1)).toBe("Ann");
    expect(await state()).toMatchObject({
      unknown: [],
      agents: [{ agent: "ext 12", personName: "Ann" }],
    });
    expect((await say(null)).status).toBe(200);
    expect((await whose()).at(-1)).toBeNull();
  });
});

describe("a recorded call", () => {
  it("is a call as well, once, also where its log comes later", async () => {
    const startedAt = ago(3 * MINUTE);
    await arrive(env, tokens.admin, sample({ number: listed, startedAt, agent: "ann@example.com" }));
    expect(await found()).toMatchObject([
      { via: "recording", verdict: "blocked", findings: ["blocked", "unscreened"] },
    ]);
    expect((await send([row({ provider: "dialler", providerId: "log-1", startedAt })]))[0]!.status).toBe(
      "there",
    );
  });
});

describe("a provider's list", () => {
  const sid = (n: number) => `CA${n.toString(16).padStart(32, "0")}`;
  const rfc = (ms: number) => new Date(Date.now() - ms).toUTCString().replace("GMT", "+0000");
  let asked: URL[] = [];
  let answers: ((url: URL) => Response)[] = [];
  /** Doubles of the providers, by their documents; a test may give other first answers. */
  const serve = (host: string, page: (url: URL) => unknown) =>
    standIn((request) => {
      const url = new URL(request.url);
      // The other provider has no calls.
      if (url.host !== host)
        return Response.json({ calls: [], next_page_uri: null, meta: { next_page_link: null } });
      asked.push(url);
      return answers.shift()?.(url) ?? Response.json(page(url));
    });
  beforeEach(() => {
    [asked, answers] = [[], []];
  });

  const leg = (n: number, over: Record<string, unknown>) => ({
    ...{ sid: sid(n), parent_call_sid: null, status: "completed", direction: "outbound-dial" },
    ...{ start_time: rfc(10 * MINUTE), duration: "61", from: "+442079460000", to: listed },
    ...over,
  });
  const softphone = leg(1, { direction: "inbound", from: "client:ann@example.com", to: "", duration: "70" });
  const pages: Record<string, unknown> = {
    "": {
      calls: [
        leg(2, { parent_call_sid: sid(1) }),
        softphone,
        leg(3, { to: "client:ben", from: "+441632960005", parent_call_sid: sid(4) }),
        leg(5, { status: "in-progress", duration: null }),
      ],
      next_page_uri: `/2010-04-01/Accounts/${ACCOUNT}/Calls.json?PageSize=200&Page=1&PageToken=PA1`,
    },
    PA1: {
      calls: [leg(4, { direction: "inbound", from: "+441632960005", to: "+442079460000" })],
      next_page_uri: null,
    },
  };
  const twilio = (url: URL) => pages[url.searchParams.get("PageToken") ?? ""];

  it("Twilio's: the leg to the customer is the call, its first leg says whose; paged, overlapping, each once", async () => {
    serve("api.twilio.com", twilio);
    await fetchCalls(own, Date.now());
    expect(asked.map((u) => u.pathname)).toEqual([
      `/2010-04-01/Accounts/${ACCOUNT}/Calls.json`,
      `/2010-04-01/Accounts/${ACCOUNT}/Calls.json`,
    ]);
    const [from, to] = ["StartTime>", "StartTime<"].map((name) =>
      Date.parse(asked[0]!.searchParams.get(name)!),
    );
    expect(to! - from!).toBe(30 * 3_600_000);
    expect(
      (await found()).map((c) => [c.number, c.direction, c.agent, c.personName, c.verdict, c.seconds]).sort(),
    ).toEqual([
      ["+441632960001", "outbound", "client:ann@example.com", "Ann", "blocked", 61],
      ["+441632960005", "inbound", null, null, null, 61],
    ]);
    // The next run reads the last six hours again, and finds only the call that had not ended.
    asked = [];
    pages[""] = { calls: [leg(5, { duration: "900", to: free }), leg(2, {})], next_page_uri: null };
    const later = Date.now() + 5 * MINUTE;
    await fetchCalls(own, later);
    expect(Date.parse(asked[0]!.searchParams.get("StartTime>")!)).toBe(to! - 6 * 3_600_000);
    expect(await found()).toHaveLength(3);
    const state = (await under(own, "GET", "/v1/calls/state", { token: tokens.manager })).data as CallsState;
    expect(state.lists[0]).toMatchObject({ provider: "twilio", configured: true, failures: 0, error: null });
  });

  const said = async () =>
    Object.fromEntries((await found()).map((c) => [c.number, [c.outcome, c.presentation]] as const));
  it("Twilio's: says what each call showed, and that it was answered where a person was found and an agent was there", async () => {
    const nth = (n: number) => `+44163296001${n}`;
    const bens = { to: "client:ben", from: "+442079460000" };
    const inbound = { direction: "inbound", to: "+442079460000" };
    pages[""] = {
      next_page_uri: null,
      calls: [
        softphone,
        leg(12, { parent_call_sid: sid(1), to: nth(1), answered_by: "human" }),
        // Nobody looked for a machine: it may have been a mailbox.
        leg(13, { parent_call_sid: sid(1), to: nth(2) }),
        leg(14, { parent_call_sid: sid(1), to: nth(3), answered_by: "machine_start", from: "+266696687" }),
        // A person, and nobody of ours; then one of ours.
        leg(15, { direction: "outbound-api", to: nth(4), answered_by: "human" }),
        leg(16, { direction: "outbound-api", to: nth(5), answered_by: "human" }),
        leg(17, { parent_call_sid: sid(16), ...bens }),
        // Somebody calls: a recorded voice takes the one, an agent the other, who was rung in vain for the third.
        leg(18, { ...inbound, from: nth(6) }),
        leg(19, { ...inbound, from: nth(7) }),
        leg(20, { parent_call_sid: sid(19), ...bens }),
        leg(21, { ...inbound, from: nth(8) }),
        leg(22, { parent_call_sid: sid(21), ...bens, status: "no-answer", duration: "0" }),
      ],
    };
    serve("api.twilio.com", twilio);
    await fetchCalls(own, Date.now());
    const shown = "+442079460000";
    expect(await said()).toEqual({
      [nth(1)]: ["answered", shown],
      [nth(2)]: [null, shown],
      [nth(3)]: [null, "withheld"],
      [nth(4)]: [null, shown],
      [nth(5)]: ["answered", shown],
      [nth(6)]: [null, shown],
      [nth(7)]: ["answered", shown],
      [nth(8)]: [null, shown],
    });
  });

  it("counts though a log named the call first: nobody's, a moment earlier, or by the provider's own id", async () => {
    pages[""] = { calls: [softphone, leg(2, { parent_call_sid: sid(1) })], next_page_uri: null };
    serve("api.twilio.com", twilio);
    const began = Date.parse(rfc(10 * MINUTE));
    const at = (ms: number) => new Date(began + ms).toISOString();
    const named = { provider: "twilio", providerId: sid(2) };
    const planted = [
      row({ agent: undefined, startedAt: at(-59_000) }),
      // Neither the direction nor the time of the provider's.
      row({ ...named, agent: undefined, direction: "inbound", startedAt: at(-30 * MINUTE) }),
    ];
    const body = { rows: planted, dryRun: false };
    const sent = await under(own, "POST", "/v1/calls/import", { token: tokens.manager, body });
    expect((sent.data as CallsImported).results.map(({ status }) => status)).toEqual(["added", "added"]);
    await fetchCalls(own, Date.now());
    const outbound = await found("direction=outbound");
    expect(outbound).toMatchObject([
      { provider: "twilio", personName: "Ann", startedAt: at(0), via: "fetch" },
    ]);
    expect(await found("finding=blocked")).toHaveLength(1);
    const { days } = (await call("GET", "/v1/calls/days", { token: tokens.manager })).data as {
      days: { calls: number; personName: string }[];
    };
    expect(days).toMatchObject([{ personName: "Ann", calls: 1 }]);
    expect(await dump("calls")).toHaveLength(3);
    // Neither log brings it twice, nor does the list.
    for (const rows of [planted, [row({ ...named, startedAt: at(0) })]]) {
      const again = await under(own, "POST", "/v1/calls/import", {
        token: tokens.manager,
        body: { rows, dryRun: false },
      });
      expect((again.data as CallsImported).results.map(({ status }) => status)).toEqual(
        rows.map(() => "there"),
      );
    }
    await fetchCalls(own, Date.now() + 5 * MINUTE);
    expect(await dump("calls")).toHaveLength(3);
  });

  it.each([
    ["general", ["general", "automated"], ["automated", "blocked"], ["automated", "blocked"]],
    ["automated", ["general"], ["automated", "blocked"], ["general", "clear"]],
  ] as const)(
    "takes a log's word that a call was %s only where that is stricter than what the company makes",
    async (campaign, runs, [toldAs, toldIs], [untoldAs, untoldIs]) => {
      await setPolicy(({ campaigns }) => ({ campaigns: { ...campaigns, runs: [...runs] } }));
      const [told, untold] = ["+441632960101", "+441632960102"];
      // After the policy, which is of this second.
      const start_time = rfc(-2000);
      const startedAt = new Date(Date.parse(start_time)).toISOString();
      await send([
        row({ number: told, startedAt, campaign }),
        row({ number: untold, startedAt, campaign: undefined }),
      ]);
      const legs = [leg(6, { to: told, start_time }), leg(7, { to: untold, start_time })];
      pages[""] = { calls: legs, next_page_uri: null };
      serve("api.twilio.com", twilio);
      await fetchCalls(own, Date.now());
      expect((await found()).map((c) => [c.via, c.number, c.judgedAs, c.verdict]).sort()).toEqual([
        ["fetch", told, toldAs, toldIs],
        ["fetch", untold, untoldAs, untoldIs],
      ]);
      await setPolicy(({ campaigns }) => ({ campaigns: { ...campaigns, runs: ["general"] } }));
    },
  );

  const aircall = (url: URL) => {
    const page = Number(url.searchParams.get("page"));
    const at = Math.floor(Date.now() / 1000) - 600;
    const one = (id: number, over: Record<string, unknown> = {}) => ({
      ...{
        id,
        direction: "outbound",
        status: "done",
        started_at: at,
        duration: 30,
        raw_digits: "+44 1632 960001",
      },
      user: { id: 1, email: "ann@example.com", name: "Ann" },
      ...over,
    });
    const calls = [
      [one(11), one(12, { status: "answered" }), one(13, { raw_digits: "anonymous", direction: "inbound" })],
      [one(14, { raw_digits: "+44 1632 960002", user: null })],
    ][page - 1];
    return { meta: { next_page_link: page === 1 ? "https://api.aircall.io/v1/calls?page=2" : null }, calls };
  };
  it("Aircall's: says the number of ours, and that a call that came in was answered", async () => {
    const at = Math.floor(Date.now() / 1000) - 600;
    const one = (n: number, direction: string, over: Record<string, unknown>) => ({
      ...{ id: n, direction, status: "done", started_at: at, duration: 30, raw_digits: `+44 1632 96001${n}` },
      ...{ user: null, number: { digits: "+44 20 7946 0958" }, answered_at: null, missed_call_reason: null },
      ...over,
    });
    const calls = [
      one(1, "inbound", { answered_at: at + 9 }),
      // Its length is also that of the ringing.
      one(2, "inbound", { missed_call_reason: "agents_did_not_answer" }),
      one(3, "outbound", { answered_at: at + 9 }),
      one(4, "outbound", { number: null }),
    ];
    serve("api.aircall.io", () => ({ meta: { next_page_link: null }, calls }));
    await fetchCalls(own, Date.now());
    const shown = "+442079460958";
    expect(await said()).toEqual({
      "+441632960011": ["answered", shown],
      "+441632960012": [null, shown],
      "+441632960013": [null, shown],
      "+441632960014": [null, null],
    });
  });

  it("Aircall's: too many questions are no failure, an error is one; the run goes on where it was", async () => {
    serve("api.aircall.io", aircall);
    const now = Date.now();
    const reset = Math.floor(now / 1000) + 90;
    answers = [
      aircallOk,
      () => new Response("", { status: 429, headers: { "x-aircallapi-reset": String(reset) } }),
    ];
    await fetchCalls(own, now);
    expect((await found()).map((c) => [c.number, c.agent])).toEqual([[listed, "ann@example.com"]]);
    expect(asked[0]!.searchParams.get("order")).toBe("asc");
    await fetchCalls(own, now + 60_000);
    expect(asked).toHaveLength(2);
    answers = [() => new Response("", { status: 500 })];
    await fetchCalls(own, now + 120_000);
    expect(asked[2]!.searchParams.get("page")).toBe("2");
    const state = (await under(own, "GET", "/v1/calls/state", { token: tokens.manager })).data as CallsState;
    expect(state.lists[1]).toMatchObject({ provider: "aircall", failures: 1, error: "aircall: 500" });
    await fetchCalls(own, now + 10 * MINUTE);
    expect((await found()).map((c) => c.number).sort()).toEqual([listed, free]);
    // The longest wait is a day, even where the time is beyond any date.
    answers = [() => new Response("", { status: 429, headers: { "retry-after": "9".repeat(20) } })];
    await fetchCalls(own, now + 20 * MINUTE);
    const lists = (await dump("call_lists")) as { provider: string; due: string | null }[];
    const { due } = lists.find(({ provider }) => provider === "aircall")!;
    // By the moment of the answer, not of the run.
    expect(Date.parse(due!)).toBeGreaterThanOrEqual(now + DAY);
    expect(Date.parse(due!)).toBeLessThanOrEqual(now + 20 * MINUTE + DAY);
  });
  it("one that fails three times is told to administrators once, and by the overview until it works; no other list waits for it", async () => {
    serve("api.aircall.io", aircall);
    await env.DB.exec("DELETE FROM call_lists");
    let now = Date.now();
    for (let n = 1; n <= 5; n++) {
      answers = [() => new Response("", { status: 500 })];
      expect([await waiting(), await mails()].map(({ length }) => length)).toEqual(n > 3 ? [1, 1] : [0, 0]);
      await fetchCalls(own, now);
      now += 1.5 * HOUR;
    }
    expect(await waiting()).toEqual(["aircall"]);
    expect(await mails()).toEqual([{ stage: "calls", name: "aircall", error: "aircall: 500" }]);
    answers = [];
    await fetchCalls(own, now);
    expect(await waiting()).toEqual([]);
    // Another spell is told once more.
    for (let n = 1; n <= 4; n++) {
      now += 1.5 * HOUR;
      answers = [() => new Response("", { status: 500 })];
      await fetchCalls(own, now);
    }
    expect(await mails()).toHaveLength(2);
    // One that failed as often under an earlier release, of which nobody was told.
    await env.DB.prepare("UPDATE call_lists SET failures = 7, since = ?, due = NULL")
      .bind(new Date(now + 1).toISOString())
      .run();
    for (let n = 1; n <= 3; n++) {
      now += 1.5 * HOUR;
      answers = [() => new Response("", { status: 500 })];
      await fetchCalls(own, now);
    }
    expect(await mails()).toHaveLength(3);
  });
  const waiting = async () =>
    ((await under(own, "GET", "/v1/waiting", { token: tokens.manager })).data as WaitingAnswer).callsFailing;
  const mails = async () =>
    ((await dump("outbox")) as { key: string; vals: string }[])
      .filter(({ key }) => key.startsWith("call-list:"))
      .map(({ vals }) => JSON.parse(vals) as { stage: string; name: string; error: string });
  it("one whose second page fails is told as one whose first does", async () => {
    serve("api.aircall.io", aircall);
    // What the test before told was told before this list was read to its end.
    const now = Date.now() + MINUTE;
    await fetchCalls(own, now - 1);
    const bad = () => new Response("", { status: 500 });
    for (const [n, told] of [0, 0, 1, 1].entries()) {
      answers = [aircallOk, bad];
      await fetchCalls(own, now + n * HOUR);
      expect([await waiting(), await mails()].map(({ length }) => length)).toEqual([told, told]);
      const { lists } = (await under(own, "GET", "/v1/calls/state", { token: tokens.manager }))
        .data as CallsState;
      expect(lists[1]).toMatchObject({ failures: n + 1, error: "aircall: 500" });
    }
    expect((await mails())[0]).toEqual({ stage: "calls", name: "aircall", error: "aircall: 500" });
    answers = [];
    await fetchCalls(own, now + 5 * HOUR);
    expect(await waiting()).toEqual([]);
  });
  it("one that puts us off for a day, or comes to no end, is told by how far it was read", async () => {
    serve("api.aircall.io", aircall);
    const now = Date.now();
    const later = () => new Response("", { status: 503, headers: { "retry-after": "3600" } });
    // A new one begins with the calls of a day, which is no delay.
    answers = [later];
    await fetchCalls(own, now);
    expect([await waiting(), await mails()]).toEqual([[], []]);
    answers = [];
    const read = now + 2 * HOUR;
    await fetchCalls(own, read);
    for (let n = 1; n <= 24; n++) {
      answers = [later];
      await fetchCalls(own, read + n * HOUR + n);
    }
    // Their clock is the asker's: the overview looks at this moment, the mail at the run's.
    await env.DB.prepare("UPDATE call_lists SET since = ? WHERE provider = 'aircall'")
      .bind(new Date(Date.now() - 7 * HOUR).toISOString())
      .run();
    expect(await waiting()).toEqual(["aircall"]);
    const upTo = new Date(read).toISOString().slice(0, 16).replace("T", " ");
    expect(await mails()).toEqual([{ stage: "callsBehind", name: "aircall", error: upTo }]);
    await env.DB.exec("DELETE FROM call_lists; DELETE FROM outbox");
    answers = [];
    await fetchCalls(own, now + MINUTE);
    // A provider whose pages lead to each other.
    const round = { meta: { next_page_link: "https://api.aircall.io/v1/calls?page=2" }, calls: [] };
    serve("api.aircall.io", () => round);
    for (let n = 1; n <= 9; n++) await fetchCalls(own, now + n * HOUR);
    expect((await mails()).map(({ stage }) => stage)).toEqual(["callsBehind"]);
  });
  const aircallOk = (url: URL) => Response.json(aircall(url));
});

describe("by the clock", () => {
  it("who watches over calls hears of blocked ones once, by name of the agent; old ones are erased", async () => {
    await send([
      row({ providerId: "1" }),
      row({ providerId: "2" }),
      row({ providerId: "3", agent: "ext 9" }),
    ]);
    await send([row({ number: free, providerId: "4" })]);
    await tellBlocked(env, Date.now());
    await tellBlocked(env, Date.now());
    const mails = (await dump("outbox")) as { template: string; recipient: string; vals: string }[];
    expect(mails.map((m) => m.recipient).sort()).toEqual([
      "ada@example.com",
      "compliance@example.com",
      "manager@example.com",
    ]);
    expect(JSON.parse(mails[0]!.vals)).toEqual({
      calls: "3 calls were",
      agents: "Ann: 2 calls; ext 9: 1 call.",
    });
    await env.DB.prepare("UPDATE calls SET started_at = ?")
      .bind(ago(25 * 31 * DAY))
      .run();
    await sweep(env, Date.now());
    expect(await dump("calls")).toEqual([]);
  });
});

describe("a requester's erasure", () => {
  it("takes their calls out, and the same log does not bring them back", async () => {
    const log = row({ number: e164Of(numberOf(free)), providerId: "theirs" });
    await send([log]);
    const officer = { token: tokens.compliance };
    const entered = await call("POST", "/v1/requests/entries", {
      ...officer,
      body: {
        ...{ kind: "erasure", channel: "post", name: "Rita", email: "rita@example.com", number: free },
        ...{ callDate: ago(0).slice(0, 10), receivedOn: ago(0).slice(0, 10) },
      },
    });
    expect(entered.status).toBe(201);
    const { id } = entered.data as { id: string };
    const step = async (path: string, body: unknown) => {
      const answer = await call("POST", `/v1/requests/${id}/${path}`, { ...officer, body });
      expect([path, answer.status, answer.data]).toMatchObject([path, 200, {}]);
    };
    await step("identity", { step: "clear", how: "known to us" });
    await step("match", { everything: true });
    const { items } = (await call("GET", `/v1/requests/${id}`, officer)).data as {
      items: { id: string; kind: string }[];
    };
    expect(items.map((i) => i.kind)).toContain("call");
    await step("items", { items: items.map((i) => ({ id: i.id, verdict: "confirmed" })) });
    await step("decide", { decision: "comply" });
    expect(await found()).toEqual([]);
    expect((await send([log]))[0]!.status).toBe("there");
    expect(await found()).toEqual([] as Call[]);
  });
});

describe("a kind of call", () => {
  const nth = (n: number) => `+44163296010${n}`;
  const verdictOn = async (over: Partial<CallReport>) =>
    (await send([row({ startedAt: ago(0), providerId: crypto.randomUUID(), ...over })]))[0]!.verdict;
  const dialled = (number: string, purpose?: string, via?: string) =>
    dial({ number, e164: number, action: "passed", verdict: "clear", purpose, via, at: ago(0) });
  const runs = (...kinds: Campaign[]) =>
    setPolicy(({ campaigns }) => ({ campaigns: { ...campaigns, runs: kinds } }));

  const judgedAs = async (number: string) =>
    (await found(`number=${encodeURIComponent(number)}`)).map((one) => one.judgedAs);

  it("that the company does not make is not looked for", async () => {
    expect(await verdictOn({ number: nth(0) })).toBe("clear");
    expect(await judgedAs(nth(0))).toEqual(["general"]);
    await send([row({ number: nth(0), direction: "inbound", providerId: "in" })]);
    expect((await judgedAs(nth(0))).sort()).toEqual(["general", null]);
  });
  it("is the one that the log names; without, a call is judged by the strictest that the company makes", async () => {
    await runs("general", "automated");
    // A recorded message wants prior consent (PECR reg 19); nobody gave any.
    expect(await verdictOn({ number: nth(1) })).toBe("blocked");
    expect(await verdictOn({ number: nth(1), campaign: "automated", agent: "1" })).toBe("blocked");
    expect(await verdictOn({ number: nth(1), campaign: "general", agent: "2" })).toBe("clear");
    const [, , barred] = await found(`number=${encodeURIComponent(nth(1))}`);
    expect((await judgedAs(nth(1))).sort()).toEqual(["automated", "automated", "general"]);
    expect(barred).toMatchObject({
      findings: ["blocked", "unscreened"],
      reasons: [{ code: "needs-consent" }],
    });
    await tellBlocked(env, Date.now());
    expect(await dump("outbox")).not.toEqual([]);
  });
  it("is the stricter of the dial's by which it was made and the log's", async () => {
    await dialled(nth(2), "automated");
    expect(await verdictOn({ number: nth(2), campaign: "general" })).toBe("blocked");
    await dialled(nth(3), "general");
    expect(await verdictOn({ number: nth(3) })).toBe("clear");
    expect([await judgedAs(nth(2)), await judgedAs(nth(3))]).toEqual([["automated"], ["general"]]);
    // Somebody else's dial says nothing of this agent's call.
    expect(await verdictOn({ number: nth(3), agent: "manager@example.com" })).toBe("blocked");
    // A dial for which nobody chose one has the usual kind.
    await dialled(nth(7));
    expect(await verdictOn({ number: nth(7), campaign: "automated" })).toBe("blocked");
    // A text is no call.
    await dialled(nth(8), "general", "sms:");
    expect(await verdictOn({ number: nth(8) })).toBe("blocked");
    await matchLate(env, Date.now());
    expect((await found(`number=${encodeURIComponent(nth(8))}`)).map((one) => one.dial)).toEqual([null]);
  });
  it("counts for a recording as well", async () => {
    const flagOf = async (number: string, own: object = {}) => {
      const id = await arrive(env, tokens.admin, sample({ number, startedAt: ago(0), ...own }));
      const { data } = await call("GET", `/v1/recordings/${id}`, { token: tokens.compliance });
      return (data as Recording).flag?.map(({ code }) => code) ?? null;
    };
    expect(await flagOf(nth(4))).toEqual(["needs-consent"]);
    expect(await flagOf(nth(4), { campaign: "general" })).toBeNull();
    await dialled(nth(5), "general");
    expect(await flagOf(nth(5))).toBeNull();
    await dialled(nth(6), "automated");
    expect(await flagOf(nth(6), { campaign: "general" })).toEqual(["needs-consent"]);
    // The same person's dial, as with its call in a log.
    expect(await flagOf(nth(5), { agent: "manager@example.com" })).toEqual(["needs-consent"]);
    expect((await found("finding=blocked")).map(({ number }) => number).sort()).toEqual([4, 5, 6].map(nth));
  });
  it("consented to alone is judged so, and no stricter than general calls where those are barred", async () => {
    const body = {
      ...{
        number: listed,
        kind: "prior",
        giver: "subscriber",
        givenBy: "Jo",
        words: "yes",
        how: "web",
        proof: "form 1",
      },
      ...{ givenAt: ago(DAY), calls: ["automated"] },
    };
    expect((await call("POST", "/v1/consents", { token: tokens.manager, body })).status).toBe(201);
    expect(await verdictOn({ campaign: "automated" })).toBe("caution");
    expect(await verdictOn({ agent: "3" })).toBe("blocked");
  });
  it("that the log names and the company does not make is judged as, and told as, one that it makes; else as itself", async () => {
    await runs("claims-management");
    expect(await verdictOn({ number: nth(9), campaign: "general" })).toBe("blocked");
    expect(await judgedAs(nth(9))).toEqual(["claims-management"]);
    await runs("general");
    expect(await verdictOn({ number: "+441632960111", campaign: "automated" })).toBe("blocked");
    expect(await judgedAs("+441632960111")).toEqual(["automated"]);
  });
});
