/** Why a number may or may not be called: now, later, and at a past moment by what was on record then. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { ExplainAnswer } from "../../../shared/check/api-explain.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import { aTeam, call, DAY, daysAgo, dump, push, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const NUMBER = "+442079460001";
const LISTED = "+442079460002";

/** Reasons that say what is missing on record. */
const MISSING = new Set(["not-screened", "no-register", "no-rules"]);

const ask = (number: string, query = "", token = tokens.agent, headers: Record<string, string> = {}) =>
  call("GET", `/v1/explain/${encodeURIComponent(number)}${query}`, { token, headers });
async function explained(...asked: Parameters<typeof ask>): Promise<ExplainAnswer> {
  const { status, data } = await ask(...asked);
  expect(status, JSON.stringify(data)).toBe(200);
  return data as ExplainAnswer;
}
const reads = async () =>
  ((await dump("audit")) as { code: string }[]).filter(({ code }) => code === "opened.explain");

it("says the verdict of the check, and with each reason what is behind it", async () => {
  await push(tokens.admin, "tps", [LISTED]);
  await push(tokens.admin, "ctps", ["+442079460009"]);
  const answer = await explained("020 7946 0002");
  expect(answer).toMatchObject({
    ...{ number: LISTED, as: "general", past: false, verdict: "blocked" },
    facts: { region: "GB", lists: [{ id: "tps" }] },
    stamp: { lists: [{ id: "tps" }, { id: "ctps" }] },
  });
  expect(answer.reasons[0]).toMatchObject({ code: "tps", text: expect.stringMatching(/^On TPS/) as string });
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [LISTED] } });
  const [checked] = (data as { results: { verdict: string; reasons: { code: string }[] }[] }).results;
  expect(answer.reasons.map(({ code }) => code)).toEqual(checked!.reasons.map(({ code }) => code));
  expect(answer.verdict).toBe(checked!.verdict);
});

it("names the policy's clause where the reason is the company's own choice", async () => {
  await call("POST", "/v1/suppressions", {
    token: tokens.manager,
    body: { number: "+442079460003", kind: "house", reason: "a partner's" },
  });
  const answer = await explained("+442079460003");
  expect(answer.reasons[0]).toMatchObject({ code: "house", because: { clause: "inHouse" } });
});

const makes = (...runs: Campaign[]) => setPolicy(({ campaigns }) => ({ campaigns: { ...campaigns, runs } }));

it("names the clause beside the law, where policy holds what the law would let go", async () => {
  // The registers' copies are of today: in ten days policy has them too old, and the law has not.
  const later = new Date(Date.now() + 10 * DAY).toISOString().slice(0, 10);
  const stale = async () => {
    const { reasons } = await explained("+442079460005", `?at=${later}`);
    return reasons.flatMap(({ code, because }) => (code === "stale-list" ? [because] : []));
  };
  expect(await stale()).toEqual([]);
  await setPolicy(({ screening }) => ({ screening: { ...screening, maxListAgeDays: 7 } }));
  const [tps] = await stale();
  await setPolicy(({ screening }) => ({ screening: { ...screening, maxListAgeDays: 28 } }));
  expect(tps).toMatchObject({ rules: [{ id: "GB-live" }], clause: "screening.maxListAgeDays" });
});

it("as another kind of call, on a later day, in the asker's language", async () => {
  await makes("general", "pensions");
  const pensions = await explained(NUMBER, "?as=pensions", tokens.agent, { "accept-language": "pl" });
  await makes("general");
  expect(pensions).toMatchObject({ as: "pensions", verdict: "blocked" });
  expect(pensions.reasons[0]!.text).toMatch(/zgod|uprawnion/);
  const later = new Date(Date.now() + 60 * DAY).toISOString().slice(0, 10);
  const then = await explained(NUMBER, `?at=${later}`);
  // Nobody knows today what the register will say: its copy will be too old.
  expect(then).toMatchObject({ past: false, verdict: "unknown" });
  expect(then.at).toMatch(new RegExp(`^${later}T1[12]:00:00.000Z$`));
  expect(then.reasons[0]!.code).toBe("stale-list");
});

it("as a text or a chat, to which other rules apply than to a call, as in a check", async () => {
  const message = await explained(LISTED, "?medium=message");
  expect(message).toMatchObject({ medium: "message", verdict: "blocked" });
  expect(message.reasons.map(({ code }) => code)).toEqual(["message-needs-consent"]);
  expect(message.reasons[0]!.because.rules.map(({ id }) => id)).toContain("GB-msg");
  expect(await explained(LISTED, "?medium=call")).toMatchObject({ medium: "call" });
  const body = { numbers: [LISTED], medium: "message" };
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body });
  const [checked] = (data as { results: { verdict: string; reasons: { code: string }[] }[] }).results;
  expect(checked!.reasons.map(({ code }) => code)).toEqual(["message-needs-consent"]);
});

it("at a past moment, by what was on record then; the office alone, and on the trail", async () => {
  const entered = await call("POST", "/v1/suppressions", {
    token: tokens.agent,
    body: { number: NUMBER, reason: "asked us to stop" },
  });
  expect(entered.status).toBe(201);
  expect((await explained(NUMBER)).reasons[0]).toMatchObject({
    code: "objection",
    because: { rules: [{ id: "GB-live", name: "PECR 2003 reg 21" }] },
  });
  const before = `?at=${daysAgo(3)}`;
  expect(await reads()).toEqual([]);
  const answer = await explained(NUMBER, before, tokens.manager);
  expect(answer).toMatchObject({ past: true, stamp: null, facts: { suppressions: [] } });
  expect(answer.reasons.map(({ code }) => code)).not.toContain("objection");
  expect(await reads()).toHaveLength(1);
  expect((await ask(NUMBER, before)).data).toMatchObject({ status: 403, code: "role-not-allowed" });
  expect(await reads()).toHaveLength(1);
});

it("counts as a number of the agent's hour", async () => {
  const spent = () =>
    env.DB.prepare("SELECT SUM(numbers) AS n FROM asked")
      .first<{ n: number }>()
      .then((row) => row!.n);
  const before = await spent();
  await explained(NUMBER);
  expect(await spent()).toBe(before + 1);
});

it.each([
  // France's hours are over at 13:00 in Paris, which is noon in London.
  ["+33199000001", "11:00"],
  ["+61291570156", "01:00"],
  ["+12025550123", "17:00"],
])("a day is that day's noon where the number is: %s", async (number, utc) => {
  // A Wednesday of winter in Paris and Washington, and of summer in Sydney.
  const { at, reasons } = await explained(number, "?at=2027-01-13");
  expect(at).toBe(`2027-01-13T${utc}:00.000Z`);
  expect(reasons.map(({ code }) => code)).not.toContain("law-hours");
});

it.each([
  ["nonsense", "", "not-a-number"],
  ["(415) 555-0134", "", "country-unclear"],
  [NUMBER, "?at=tomorrow", "invalid"],
  [NUMBER, "?at=2026-02-31", "invalid"],
  [NUMBER, "?as=robot", "invalid"],
  [NUMBER, "?medium=fax", "invalid"],
])("refuses %s%s", async (number, query, code) => {
  expect((await ask(number, query)).data).toMatchObject({ code });
});

describe("by which rule", () => {
  const rulesOf = async (number: string, query = "", token = tokens.agent) => {
    const { reasons } = await explained(number, query, token);
    return Object.fromEntries(
      reasons.map(({ code, because }) => [code, because.rules.map(({ id }) => id)] as const),
    );
  };

  it("a listing and a clear register name the rule that wants the register, with its source and its day", async () => {
    const { reasons } = await explained(LISTED);
    expect(reasons[0]!.because.rules).toEqual([
      {
        ...{ id: "GB-live", region: "GB", name: "PECR 2003 reg 21", seen: "text" },
        url: "https://www.legislation.gov.uk/uksi/2003/2426/regulation/21",
        lookedUp: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
        ...{ from: null, until: null },
      },
    ]);
    expect((await rulesOf("+442079460005"))["not-listed"]).toEqual(["GB-live"]);
  });

  it("France: before and since 11 August 2026, on the day", async () => {
    const number = "+33199000001";
    const day = async (at: string) => rulesOf(number, `?at=${at}`, tokens.compliance);
    const before = await day("2026-08-10T10:00:00Z");
    expect(Object.values(before).flat()).toContain("FR-old");
    expect(before["needs-consent"]).toBeUndefined();
    const since = await day("2026-08-11T10:00:00Z");
    expect(since["needs-consent"]).toEqual(["FR-optin"]);
    const { opening } = await explained(number);
    expect(opening.map(({ duty }) => duty).sort()).toEqual(["behalf", "name", "purpose"]);
    expect(opening[0]!.rules.map(({ id }) => id)).toEqual(["FR-optin"]);
  });

  it("every reason of every verdict has a rule, a clause, or what is on record behind it", async () => {
    const kinds = ["general", "automated", "claims-management", "pensions"] as const;
    await makes(...kinds);
    for (const number of [LISTED, NUMBER, "+33199000001", "+4915112345678", "+12025550123", "+61491570156"])
      for (const as of kinds) {
        const { verdict, reasons } = await explained(number, `?as=${as}`);
        for (const { code, because } of reasons) {
          const { rules, clause, strict } = because;
          const isOnRecord = rules.length > 0 || clause !== null || strict || MISSING.has(code);
          expect(isOnRecord, `${number} ${as} ${verdict} ${code}`).toBe(true);
        }
      }
    await makes("general");
  });
});
