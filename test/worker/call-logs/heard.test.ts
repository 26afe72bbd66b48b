/** What a log says that the called person said: an objection is entered, a "no" to the offer counts where a law has it count. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallReport, CallsAnswer, CallsImported } from "../../../shared/call-logs/api.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import { fetchCalls } from "../../../worker/call-logs/fetch.ts";
import { aTeam, call, DAY, dump, MINUTE, push } from "../helpers.ts";
import { standIn } from "../recordings/kit.ts";
import { deepOf } from "../trail/kit.ts";

const tokens = aTeam();
const LONDON = "+442079460017";
const PARIS = "+33199000001";
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

const row = (over: Partial<CallReport> = {}): CallReport => ({
  ...{ provider: "dialler", providerId: "7", number: LONDON, agent: "ann@example.com", startedAt: ago(DAY) },
  ...{ seconds: 30, outcome: "do-not-call", ...over },
});
const send = async (rows: CallReport[], dryRun = false) => {
  const { status, data } = await call("POST", "/v1/calls/import", {
    ...{ token: tokens.manager, body: { rows, dryRun } },
  });
  expect(status, JSON.stringify(data)).toBe(200);
  return (data as CallsImported).results.map((result) => [result.status, result.objection]);
};
const entries = async (number = LONDON) =>
  (
    (await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, { token: tokens.compliance }))
      .data as { suppressions: Suppression[] }
  ).suppressions;
const judged = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  const [{ verdict, reasons }] = (data as CheckAnswer).results as [CheckAnswer["results"][number]];
  return { verdict, codes: reasons.map(({ code }) => code).filter((code) => code !== "not-listed") };
};
const agree = async (number: string, givenAt: string) => {
  const said = { giver: "subscriber", givenBy: "Jo", words: "yes, do ring me", how: "web", proof: "form 7" };
  const body = { number, kind: "prior", givenAt, ...said, calls: ["general"] };
  const { status, data } = await call("POST", "/v1/consents", { token: tokens.compliance, body });
  expect(status, JSON.stringify(data)).toBe(201);
};
const end = async (token: string) => {
  const path = `/v1/suppressions/${encodeURIComponent(LONDON)}`;
  expect((await call("DELETE", path, { token, body: { reason: "another's number" } })).status).toBe(200);
};

beforeEach(async () => {
  for (const table of ["calls", "call_lists", "suppressions", "consents"])
    await env.DB.exec(`DELETE FROM ${table}`);
  await push(tokens.admin, "tps", ["+442079460998"]);
  await push(tokens.admin, "ctps", ["+442079460998"]);
});
afterEach(() => vi.unstubAllGlobals());

describe("not to be called", () => {
  it("is an objection from when it was said, of which compliance is asked whom it closes", async () => {
    const said = row();
    expect(await send([said], true)).toEqual([["added", true]]);
    expect(await entries()).toEqual([]);
    expect(await send([said])).toEqual([["added", true]]);
    expect(await entries()).toMatchObject([
      { kind: "objection", heardAt: said.startedAt, scope: "unsaid", asks: true, endedAt: null },
    ]);
    expect(await judged(LONDON)).toMatchObject({ verdict: "blocked", codes: ["objection"] });
    const { data } = await call("GET", "/v1/calls", { token: tokens.manager });
    expect((data as CallsAnswer).calls).toMatchObject([{ outcome: "answered" }]);
    expect((await deepOf(["suppressions", "calls"])).found).toEqual([]);
  });
  it("is entered of a call that is there already, and once", async () => {
    const { outcome: _, ...bare } = row();
    await send([{ ...bare, outcome: "answered" }]);
    expect(await send([{ ...bare, outcome: "do-not-call" }])).toEqual([["there", true]]);
    expect(await entries()).toHaveLength(1);
    await send([{ ...bare, outcome: "do-not-call" }]);
    expect(await entries()).toHaveLength(1);
  });
  it("does not come back by the same log where an officer ended it", async () => {
    const log = [row(), row({ providerId: "8", startedAt: ago(2 * DAY) })];
    await send(log);
    await end(tokens.admin);
    await send(log);
    expect((await judged(LONDON)).codes).not.toContain("objection");
    // What they say later does.
    await send([row({ providerId: "9", startedAt: ago(MINUTE) })]);
    expect((await judged(LONDON)).codes).toContain("objection");
  });
  it("is entered of an earlier call that another log tells of only after the officer ended a later one", async () => {
    const later = row({ startedAt: ago(DAY) });
    await send([later]);
    await end(tokens.admin);
    const other = row({ provider: "pbx", startedAt: ago(2 * DAY) });
    await send([other]);
    expect((await judged(LONDON)).codes).toContain("objection");
    await end(tokens.admin);
    await send([other, later]);
    expect((await judged(LONDON)).codes).not.toContain("objection");
  });
  it("stands behind an objection that is there, where that was a mistake", async () => {
    await call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number: LONDON, reason: "no", scope: "line" },
    });
    await send([row({ startedAt: new Date().toISOString() })]);
    expect((await entries()).filter(({ endedAt }) => endedAt === null)).toHaveLength(1);
    await end(tokens.admin);
    expect((await judged(LONDON)).codes).toContain("objection");
  });
  it("stands behind what the agent entered after the call, and is heard though a mistake was ended since", async () => {
    await call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number: LONDON, reason: "no", scope: "line" },
    });
    const said = row({ startedAt: ago(5 * MINUTE) });
    await send([said]);
    await end(tokens.admin);
    expect((await judged(LONDON)).codes).toContain("objection");
    await end(tokens.admin);
    await send([said]);
    expect((await judged(LONDON)).codes).not.toContain("objection");
    await send([row({ providerId: "8", startedAt: ago(MINUTE) })]);
    expect((await judged(LONDON)).codes).toContain("objection");
  });
  it("gives way to what they agreed to since, and not to what was before", async () => {
    await agree(LONDON, ago(3 * DAY));
    await agree("+442079460018", ago(MINUTE));
    await send([row(), row({ providerId: "8", number: "+442079460018" })]);
    expect((await judged(LONDON)).verdict).toBe("blocked");
    expect(await judged("+442079460018")).toMatchObject({ verdict: "caution", codes: ["agreed"] });
  });
});

describe("a no to the offer", () => {
  it("bars nothing in the United Kingdom, and leaves no entry", async () => {
    expect(await send([row({ outcome: "refused" })])).toEqual([["added", false]]);
    expect(await entries()).toEqual([]);
    expect((await judged(LONDON)).verdict).toBe("clear");
  });
  it("ends a consent of before in France, and none from since", async () => {
    await agree(PARIS, ago(3 * DAY));
    const before = await judged(PARIS);
    expect(before.codes).toContain("agreed");
    const no = row({ number: PARIS, outcome: "refused" });
    await send([no]);
    await send([no]);
    expect(await entries(PARIS)).toHaveLength(1);
    const after = await judged(PARIS);
    expect(after).toMatchObject({ verdict: "blocked" });
    expect(after.codes).toContain("needs-consent");
    expect(after.codes).not.toContain("objection");
    expect(after.codes).not.toContain("house");
    // Another's number, or a slip: by its id another person ends it, and the same log does not bring it back.
    const [{ id }] = (await entries(PARIS)) as [Suppression];
    const path = `/v1/suppressions/${encodeURIComponent(PARIS)}`;
    const body = { id, reason: "another's number" };
    expect((await call("DELETE", path, { token: tokens.manager, body })).status).toBe(403);
    expect((await call("DELETE", path, { token: tokens.admin, body })).status).toBe(200);
    await send([no]);
    expect((await judged(PARIS)).codes).toContain("agreed");
    const { found } = await deepOf(["suppressions"]);
    expect(found.filter((one) => JSON.stringify(one).includes(id))).toEqual([]);
    await send([row({ number: PARIS, outcome: "refused", providerId: "8", startedAt: ago(2 * MINUTE) })]);
    expect((await judged(PARIS)).codes).not.toContain("agreed");
    await agree(PARIS, ago(MINUTE));
    expect((await judged(PARIS)).codes).toContain("agreed");
    expect((await judged(PARIS)).codes).not.toContain("needs-consent");
  });
});

it("what Aircall's agents tagged a call with is read as an outcome is", async () => {
  const one = (id: number, digits: string, name: string) => ({
    ...{ id, direction: "outbound", status: "done", duration: 30, raw_digits: digits, user: null },
    started_at: Math.floor(Date.now() / 1000) - 600,
    tags: [
      { id: 1, name: "Spring" },
      { id: 2, name },
    ],
  });
  const calls = [one(1, "+44 20 7946 0017", "Do Not Call"), one(2, "+44 20 7946 0018", "Interested")];
  standIn(() => Response.json({ meta: { next_page_link: null }, calls }));
  const own = { ...env, AIRCALL_ID: "id", AIRCALL_TOKEN: "token" };
  await fetchCalls(own, Date.now());
  await fetchCalls(own, Date.now() + 6 * MINUTE);
  expect(await entries()).toMatchObject([{ kind: "objection", by: "system" }]);
  expect(await entries("+442079460018")).toEqual([]);
  expect(((await dump("calls")) as object[]).length).toBe(2);
});
