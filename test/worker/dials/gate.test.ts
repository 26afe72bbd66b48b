/**
 * The telephone system's gate, from the side of one who wants a barred number to ring: by what is said, by saying it twice, by
 * saying it at once, and by what the gate does when the Worker fails.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { CANARY } from "../../../shared/canary/number.ts";
import type { ExplainAnswer } from "../../../shared/check/api-explain.ts";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import type { GateAnswer, GateRequest } from "../../../shared/dials/api-gate.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { withDatabase } from "../core/faults-kit.ts";
import { Noting } from "../core/noting.ts";
import { aTeam, asOwner, call, dump, integration, push, setPolicy, today, under } from "../helpers.ts";

const tokens = aTeam();
const [CLEAR, LISTED, OBJECTED, OURS] = ["+442079460001", "+442079460000", "+442079460002", "+442079460100"];
const LEEDS = "+441134960142";
/** Ireland's clear and barred: an Irish system dials them nationally. */
const IRISH = "+35314960142";
let [system, irish] = ["", ""];

beforeAll(async () => {
  const body = { name: "NDD", regions: ["IE"], maxAgeDays: 28, daysUntilEffective: 28, covers: "both" };
  expect((await call("PUT", "/v1/lists/ndd", { token: tokens.admin, body })).status).toBeLessThan(300);
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [LISTED, LEEDS]);
  await push(tokens.admin, "ndd", [IRISH]);
  const objection = { number: OBJECTED, reason: "asked us to stop" };
  expect((await call("POST", "/v1/suppressions", { token: tokens.agent, body: objection })).status).toBe(201);
  await setPolicy(({ identity }) => ({ identity: { ...identity, ownNumbers: [OURS] } }));
  system = await integration(tokens.admin, ["gate"], "The exchange");
  const made = await call("POST", "/v1/tokens", {
    token: tokens.admin,
    body: { name: "Dublin", scopes: ["gate"], lineRegion: "IE", until: today() },
  });
  expect(made.data).toMatchObject({ lineRegion: "IE" });
  irish = (made.data as { token: string }).token;
});
afterEach(() => vi.useRealTimers());

let ids = 0;
const gate = (asked: Record<string, unknown>, token = system) =>
  call("POST", "/v1/gate", { token, body: { to: CLEAR, callId: `call-${++ids}`, ...asked } });
const answered = async (asked: Partial<GateRequest>, token?: string): Promise<GateAnswer> => {
  const { status, data } = await gate(asked, token);
  expect(status, JSON.stringify(data)).toBe(200);
  return data as GateAnswer;
};
const codes = ({ reasons }: Pick<GateAnswer, "reasons">) => reasons.map(({ code }) => code);
const dials = async (query: string): Promise<Dial[]> =>
  ((await call("GET", `/v1/dials${query}`, { token: tokens.admin })).data as DialsAnswer).dials;
const rows = async () => (await dump("dials")).length;

describe("a call at the gate", () => {
  it("is allowed where nothing bars it, for half a minute, with its evidence", async () => {
    const said = await answered({ from: OURS, agent: "agent@example.com", callId: "first" });
    expect(said).toMatchObject({ answer: "allow", number: CLEAR, verdict: "clear" });
    const holds = Date.parse(said.until) - Date.now();
    expect(holds > 0 && holds <= 30_000).toBe(true);
    const [dial] = await dials("?number=%2B442079460001");
    expect(dial).toMatchObject({
      ...{ id: said.evidence, layer: "server", action: "passed", workerVerdict: "clear", host: "" },
      ...{ medium: "call", byName: "The exchange", written: CLEAR, agrees: true },
      gate: {
        callId: "first",
        agent: "agent@example.com",
        personName: "The agent",
        from: OURS,
        privacy: null,
      },
    });
    const trail = (await dump("audit")) as { code: string; subject: string }[];
    expect(trail.filter(({ subject }) => subject === said.evidence)).toMatchObject([{ code: "dial.passed" }]);
  });
  it("is denied where a register, an objection or nothing known bars it, and says why in words", async () => {
    const listed = await answered({ to: LISTED });
    expect(listed).toMatchObject({
      answer: "deny",
      verdict: "blocked",
      reasons: [{ code: "tps" }, { code: "ctps" }],
    });
    expect(listed.reasons[0]!.text).toMatch(/^On TPS/);
    expect(codes(await answered({ to: OBJECTED }))).toContain("objection");
    const german = await answered({ to: "+493040001234" });
    expect([german.answer, german.verdict]).not.toContain("allow");
    const [held] = await dials(`?number=${encodeURIComponent(LISTED)}`);
    expect(held).toMatchObject({ layer: "server", action: "held", workerVerdict: "blocked" });
  });
  it("each reason has the rule that it rests on, its source and when that was looked up, or the policy's clause", async () => {
    const listed = await answered({ to: LISTED, callId: "explained" });
    const [rule] = listed.reasons[0]!.because.rules;
    expect(rule).toMatchObject({ region: "GB" });
    expect(rule!.name).toContain("PECR");
    expect(rule!.url).toMatch(/^https:/);
    expect(rule!.lookedUp).toMatch(/^\d{4}-\d\d-\d\d$/);
    const { data } = await call("GET", `/v1/explain/${encodeURIComponent(LISTED)}`, { token: tokens.agent });
    expect(listed.reasons).toEqual((data as ExplainAnswer).reasons);
    // After a lost answer, the same.
    expect(await answered({ to: LISTED, callId: "explained" })).toEqual(listed);
    const clausesOf = ({ reasons }: GateAnswer) => reasons.map(({ because }) => because.clause);
    const rulesOf = ({ reasons }: GateAnswer) =>
      reasons.flatMap(({ because }) => because.rules.map(({ id }) => id));
    expect(rulesOf(await answered({ to: OBJECTED }))).toContain("GB-live");
    expect(clausesOf(await answered({ from: "+442079460999" }))).toContain("identity.ownNumbers");
    expect(rulesOf(await answered({ to: `141${CLEAR}` }))).toContain("GB-caller");
  });
  it("rings what its own system's line would ring", async () => {
    // Leeds on a British line; on an Irish one these digits ring nothing, and may be read otherwise.
    expect(await answered({ to: "0113 496 0142" })).toMatchObject({ answer: "deny", number: LEEDS });
    const abroad = await answered({ to: "0113 496 0142" }, irish);
    expect([abroad.answer, abroad.number === LEEDS]).toEqual(["deny", false]);
    expect(await answered({ to: "01 496 0142" }, irish)).toMatchObject({ answer: "deny", number: IRISH });
    expect(codes(await answered({ to: "01 496 0142" }, irish))).toContain("ndd");
    expect((await answered({ to: "01 496 0142" })).number).not.toBe(IRISH);
  });
  it.each([
    "020 7946 0000",
    "0044 20 7946 0000",
    "sip:+442079460000@carrier.example",
    "sips:%2B442079460000:secret@carrier.example;user=phone",
    "<sip:02079460000@carrier.example>",
    "02079460000@carrier.example",
    "tel:+44-20-7946-0000;ext=12",
    "1470 020 7946 0000",
    "٠٢٠٧٩٤٦٠٠٠٠",
  ])("does not ring a barred number that is written %s", async (to) => {
    const said = await answered({ to });
    expect(said.answer).toBe("deny");
    expect(codes(said)).toContain("tps");
  });
  it.each(["", " ", "sip:bob@carrier.example", "client:ann", "*83", "x".repeat(200)])(
    "whose number cannot be read is denied: %j",
    async (to) => expect(await answered({ to })).toMatchObject({ answer: "deny", verdict: "unknown" }),
  );
  it("to two numbers is judged by both", async () => {
    for (const to of [
      `sip:${CLEAR}@x?phone=${LISTED}`,
      `${CLEAR};${LISTED}`,
      `${CLEAR}, ${LISTED}`,
      `${CLEAR}${LISTED}`,
    ])
      expect((await answered({ to })).answer, to).toBe("deny");
  });
  it("to ClearDial's own test number is denied, so that a line can be tried, and its evidence is kept", async () => {
    const said = await answered({ to: CANARY, from: OURS });
    expect([said.answer, codes(said)]).toEqual(["deny", ["canary"]]);
    expect(await dials(`?number=${encodeURIComponent(CANARY)}`)).toMatchObject([{ id: said.evidence }]);
  });
  it("in an emergency, or to an extension, is allowed whoever calls", async () => {
    for (const to of ["999", "112", "sip:112@carrier.example", "242"])
      expect(await answered({ to, from: "anonymous", privacy: "id" }), to).toMatchObject({ answer: "allow" });
  });
});

describe("the caller", () => {
  it.each([
    ["anonymous", undefined, "withheld-caller-id"],
    ["", undefined, "withheld-caller-id"],
    ["sip:anonymous@anonymous.invalid", undefined, "withheld-caller-id"],
    [OURS, "id", "withheld-caller-id"],
    [OURS, "header;user", "withheld-caller-id"],
    [undefined, "id", "withheld-caller-id"],
    ["+442079460101", undefined, "not-our-number"],
    [CLEAR, undefined, "not-our-number"],
    ["101", "none", "not-our-number"],
  ])("%j with the Privacy %j: denied", async (from, privacy, code) => {
    const said = await answered({ ...(from !== undefined && { from }), ...(privacy && { privacy }) });
    expect(said).toMatchObject({ answer: "deny", verdict: "blocked" });
    expect(codes(said)[0]).toBe(code);
  });
  it("that hides by a code before the number: denied", async () => {
    for (const to of ["141 020 7946 0001", "#31#02079460001", "*67+442079460001"])
      expect(codes(await answered({ to, from: OURS }))[0]).toBe("withheld-caller-id");
  });
  it("is one of ours in whatever form, and hides nothing", async () => {
    for (const from of ["020 7946 0100", "442079460100", `"Sales" <sip:${OURS}@pbx.example>;tag=7`])
      expect(await answered({ from, privacy: "none" }), from).toMatchObject({ answer: "allow" });
  });
  it("a misspelt field is refused, and does not count as absent", async () => {
    for (const more of [{ Privacy: "id" }, { caller: "anonymous" }, { campaign: "" }, { callId: "a b" }])
      expect((await gate(more)).status).toBe(422);
  });
});

describe("what asks a person elsewhere", () => {
  const amber = (way: "pass" | "dialog") =>
    setPolicy(({ consents }) => ({ consents: { ...consents, amber: way } }));
  it("is denied, except where policy lets a caution pass", async () => {
    const agreed = {
      number: LEEDS,
      kind: "notification",
      giver: "subscriber",
      givenBy: "Jo Doe",
      words: "Do ring me",
    };
    const more = {
      how: "telephone",
      proof: "recording 7",
      givenAt: new Date(Date.now() - 60_000).toISOString(),
    };
    const { status } = await call("POST", "/v1/consents", {
      token: tokens.manager,
      body: { ...agreed, ...more },
    });
    expect(status).toBe(201);
    expect(await answered({ to: LEEDS })).toMatchObject({ answer: "allow", verdict: "caution" });
    await amber("dialog");
    const said = await answered({ to: LEEDS });
    expect(said).toMatchObject({ answer: "deny", verdict: "caution" });
    expect(codes(said)).toEqual(expect.arrayContaining(["agreed", "nobody-to-ask"]));
    await amber("pass");
    await setPolicy(() => ({
      grounds: { tps: "We only ring about orders.", ctps: "We only ring about orders." },
    }));
    const ground = await answered({ to: LISTED });
    expect([ground.answer, codes(ground).includes("nobody-to-ask")]).toEqual(["deny", true]);
    await setPolicy(() => ({ grounds: {} }));
  });
});

describe("the same call id", () => {
  it("gets the same answer and the same evidence", async () => {
    const first = await answered({ to: LISTED, callId: "same" });
    const before = await rows();
    expect(await answered({ to: LISTED, callId: "same" })).toEqual(first);
    expect(await rows()).toBe(before);
  });
  it.each([
    [{ to: CLEAR }, { to: LISTED }],
    [{ from: OURS }, { from: "anonymous" }],
    [{}, { privacy: "id" }],
    [{ agent: "a" }, { agent: "b" }],
  ] as const)("is a conflict for another call: %j, then %j", async (one, other) => {
    const callId = `other-${++ids}`;
    await answered({ ...one, callId });
    expect((await gate({ ...one, ...other, callId })).data).toMatchObject({
      ...{ status: 409, code: "call-answered" },
    });
  });
  it("of another system is another call", async () => {
    await answered({ callId: "theirs" });
    expect(await answered({ to: "01 496 0142", callId: "theirs" }, irish)).toMatchObject({ answer: "deny" });
  });
  it("allows nothing once its answer is over, and denies as before", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const asked = { callId: "long", from: OURS };
    await answered(asked);
    const denied = await answered({ to: LISTED, callId: "long-2" });
    vi.setSystemTime(Date.now() + 31_000);
    expect((await gate(asked)).data).toMatchObject({ status: 409, code: "call-over" });
    expect(await answered({ to: LISTED, callId: "long-2" })).toEqual(denied);
  });
  it("twice at once is one row, and one answer", async () => {
    const before = await rows();
    const two = await Promise.all([1, 2, 3].map(async () => answered({ callId: "at-once" })));
    expect(new Set(two.map(({ evidence }) => evidence)).size).toBe(1);
    expect(await rows()).toBe(before + 1);
  });
  it("under an Idempotency-Key outlives nothing", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const sent = {
      token: system,
      headers: { "idempotency-key": "gate-key-0001" },
      body: { to: CLEAR, callId: "with-key" },
    };
    expect((await call("POST", "/v1/gate", sent)).status).toBe(200);
    vi.setSystemTime(Date.now() + 31_000);
    expect((await call("POST", "/v1/gate", sent)).status).toBe(409);
  });
});

describe("a call that waits for its answer", () => {
  it("waits for three calls of the database before its evidence is written, and for one to write it", async () => {
    await answered({ agent: "agent@example.com" });
    const [reads, writes] = [new Noting(), new Noting()];
    const body = { to: CLEAR, from: OURS, agent: "agent@example.com", callId: `call-${++ids}` };
    const { status } = await withDatabase(writes.db, () =>
      under({ ...env, DB: reads.db }, "POST", "/v1/gate", { token: system, body }),
    );
    expect([status, reads.calls, writes.calls]).toEqual([200, 3, 1]);
  });
  it("without a token one, and beyond its hour nothing of the number is looked at", async () => {
    const asked = async (token: string) => {
      const noting = new Noting();
      const own = { ...env, DB: noting.db };
      const body = { to: LISTED, callId: `call-${++ids}` };
      const { status, data } = await under(own, "POST", "/v1/gate", { token, body });
      return { status, calls: noting.calls, statements: [...noting.asked.keys()].join("\n"), data };
    };
    const refused = await asked("cdt_wrong");
    expect([refused.status, refused.calls]).toEqual([401, 1]);
    const spent = await integration(tokens.admin, ["gate"], "Spent");
    await setPolicy(({ access }) => ({ access: { ...access, gateNumbersPerHour: 1000 } }));
    await env.DB.prepare(
      `INSERT INTO asked (person, hour, numbers, told) SELECT id, ?, 1000, 1 FROM people WHERE name = 'Spent'`,
    )
      .bind(`${new Date().toISOString().slice(0, 13)}+gate`)
      .run();
    const over = await asked(spent);
    expect(over.data).toMatchObject({ status: 429, code: "too-many-numbers" });
    // Nothing of the number was looked at.
    expect(over.statements).not.toContain("FROM blocks");
    await setPolicy(() => ({ access: defaultPolicy.access }));
  });
});

describe("no answer is no call", () => {
  it("nobody but an integration with the scope is answered", async () => {
    const others = await integration(tokens.admin, ["check", "screen", "calls:write"], "Others");
    for (const token of [...Object.values(tokens), others]) expect((await gate({}, token)).status).toBe(403);
    expect((await gate({}, "cdt_wrong")).status).toBe(401);
  });
  it("where the evidence cannot be written, there is no answer", async () => {
    const broken = {
      ...env,
      LEDGER: {
        idFromName: () => "x",
        get: () => ({ commit: () => Promise.resolve("D1_ERROR: the database is away") }),
      },
    } as unknown as typeof env;
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const body = { to: CLEAR, callId: "no-evidence" };
    expect((await under(broken, "POST", "/v1/gate", { token: system, body })).status).toBe(500);
    vi.restoreAllMocks();
  });
  it("beyond its own rate there is none, whatever else its token may ask", async () => {
    const left = new Map<string, number>();
    const limit = ({ key }: { key: string }) => {
      left.set(key, (left.get(key) ?? 2) - 1);
      return Promise.resolve({ success: left.get(key)! >= 0 });
    };
    const never = { limit: () => Promise.resolve({ success: false }) };
    expect(env.GATE).toBeDefined();
    const own = { ...env, GATE: { limit }, PACE: never };
    const ask = async () =>
      under(own, "POST", "/v1/gate", { token: system, body: { to: CLEAR, callId: `pace-${++ids}` } });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const third = await ask();
    expect([third.status, third.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await under(own, "GET", "/v1/me", { token: system })).status).toBe(429);
    expect([...left.keys()].some((key) => key.startsWith("cdt_"))).toBe(false);
  });
  it("beyond its own hour there is none, and the officers hear of it; a browser's hour is another", async () => {
    const both = await integration(tokens.admin, ["gate", "check"], "Both");
    vi.useFakeTimers({ toFake: ["Date"], now: new Date().setMinutes(30) });
    await setPolicy(({ access }) => ({ access: { ...access, gateNumbersPerHour: 1000 } }));
    await env.DB.prepare(
      "INSERT INTO asked (person, hour, numbers) SELECT id, ?, 999 FROM people WHERE name = 'Both'",
    )
      .bind(`${new Date().toISOString().slice(0, 13)}+gate`)
      .run();
    expect((await gate({}, both)).status).toBe(200);
    expect((await gate({}, both)).data).toMatchObject({ status: 429, code: "too-many-numbers" });
    expect((await call("POST", "/v1/check", { token: both, body: { numbers: [CLEAR] } })).status).toBe(200);
    const told = (await dump("audit")) as { code: string }[];
    expect(told.map(({ code }) => code)).toContain("check.over-budget");
    await setPolicy(() => ({ access: defaultPolicy.access }));
  });
  it("is long enough for 200 calls a second all day, for the gate alone, and not by an upgrade", async () => {
    const system = await integration(tokens.admin, ["gate", "check"], "All day");
    // A quarter of the hour before no longer counts.
    vi.useFakeTimers({ toFake: ["Date"], now: new Date().setMinutes(15, 0, 0) });
    const hour = (back: number) => new Date(Date.now() - back * 3_600_000).toISOString().slice(0, 13);
    const asked = (name: string, numbers: number) =>
      env.DB.prepare(
        "INSERT OR REPLACE INTO asked (person, hour, numbers) SELECT id, ?, ? FROM people WHERE name = 'All day'",
      )
        .bind(name, numbers)
        .run();
    await asked(`${hour(1)}+gate`, 200 * 3600);
    await asked(`${hour(0)}+gate`, 200 * 900);
    expect((await gate({}, system)).status).toBe(200);
    // Its other questions have an agent's hour.
    await asked(hour(0), defaultPolicy.access.numbersPerHour);
    expect((await call("POST", "/v1/check", { token: system, body: { numbers: [CLEAR] } })).status).toBe(429);
    // A policy of before there was the clause gets no more than there was then.
    await setPolicy(({ access: { gateNumbersPerHour: _, ...access } }) => ({ access }));
    expect((await gate({}, system)).status).toBe(429);
    await setPolicy(() => ({ access: defaultPolicy.access }));
    vi.useRealTimers();
  });
  it("a region that is none, or for a system without the scope, makes no integration", async () => {
    for (const more of [{ lineRegion: "ZZ" }, { lineRegion: "IE", scopes: ["check"] }]) {
      const body = { name: "x", scopes: ["gate"], until: today(), ...more };
      const { status, data } = await call("POST", "/v1/tokens", { token: tokens.admin, body });
      expect([status, data]).toMatchObject([422, { errors: [{ path: "lineRegion" }] }]);
    }
  });
});

describe("the evidence", () => {
  it("binds what the system said with the dial: an altered word is found", async () => {
    const now = async () => verifyDeep(env, { table: "dials", pass: "events" });
    expect((await now()).findings).toEqual([]);
    for (const change of [
      "call = 'x'",
      "agent = 'x'",
      "caller = 'x'",
      "privacy = 'x'",
      "person = 1",
      "until = 1",
    ]) {
      const [row] = (await dump("gate_calls")) as Record<string, unknown>[];
      const [column = ""] = change.split(" ");
      await asOwner(["gate_calls"], () =>
        env.DB.prepare(`UPDATE gate_calls SET ${change} WHERE dial = ?`).bind(row!["dial"]).run(),
      );
      expect((await now()).findings, change).toMatchObject([
        // The sums of one in two hundred altered columns fit others, too (shared/trail/leaves.ts).
        {
          ...{ key: String(row!["dial"]), what: "altered" },
          columns: expect.arrayContaining(["via"]) as string[],
        },
      ]);
      await asOwner(["gate_calls"], () =>
        env.DB.prepare(`UPDATE gate_calls SET ${column} = ? WHERE dial = ?`)
          .bind(row![column], row!["dial"])
          .run(),
      );
    }
    await expect(env.DB.prepare("UPDATE gate_calls SET agent = 'x'").run()).rejects.toThrow("append_only");
    expect((await now()).findings).toEqual([]);
  });
  it("goes with its dial, by retention", async () => {
    expect((await dump("gate_calls")).length).toBeGreaterThan(5);
    await sweep(env, Date.now() + 25 * 30.5 * 86_400_000);
    expect(await dump("dials")).toEqual([]);
    expect(await dump("gate_calls")).toEqual([]);
  });
});
