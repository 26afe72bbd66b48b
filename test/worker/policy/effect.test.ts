/**
 * The figures of a proposal, clause by clause: what happens through the API is counted under the clauses that it concerns,
 * and under no others. Two saves propose every change, one before it happens and one after.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import type { PolicySaved, Proposal } from "../../../shared/policy/api.ts";
import { looser } from "../../../shared/policy/loosened.ts";
import { clauseAt } from "../../../shared/policy/clauses.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import { openScreening, screenPart } from "../../../worker/screening/record.ts";
import { noFigures } from "../../../worker/policy/effect.ts";
import { and } from "../../shared/policy/loosenings.ts";
import { done, enter } from "../privacy-requests/kit.ts";
import { aged, arrive, imported, laid, sample } from "../recordings/kit.ts";
import { aTeam, call, DAY, daysAgo, integration, join, MONTH, push, setPolicy } from "../helpers.ts";

const london = (n: number) => `+4420794600${String(n).padStart(2, "0")}`;
const tokens = aTeam();
afterEach(() => void vi.useRealTimers());

const ok = async (answer: ReturnType<typeof call>): Promise<unknown> => {
  const { status, data } = await answer;
  expect(status < 300, JSON.stringify(data)).toBe(true);
  return data;
};
const dial = (number: string, own: object = {}) =>
  ok(
    call("POST", "/v1/dials", {
      token: tokens.agent,
      body: {
        ...{ number, e164: number, action: "held", verdict: "unknown", seen: null, host: "else.example" },
        // What names no kind is judged by the strictest.
        purpose: "general",
        ...{ reasons: [{ code: "no-register" }], at: new Date().toISOString(), ...own },
      },
    }),
  );
const times = async (n: number, what: () => Promise<unknown>) => {
  for (let i = 0; i < n; i++) await what();
};
/** Under a policy that is another in one clause. */
const under = async (path: string, value: unknown, what: () => Promise<unknown>) => {
  await setPolicy(() => and(path, value, base));
  await what();
  await setPolicy(() => base);
};
const agree = (number: string, months: number, caller = "Example Ltd") =>
  ok(
    call("POST", "/v1/consents", {
      token: tokens.manager,
      body: {
        ...{
          number,
          kind: "notification",
          giver: "subscriber",
          givenBy: "A",
          words: "yes, ring me",
          how: "web",
          proof: "file 7",
        },
        ...{ caller, evidence: "file 7", givenAt: new Date(Date.now() - months * MONTH).toISOString() },
      },
    }),
  );
const old = (months: number) => new Date(Date.now() - months * MONTH).toISOString();
const run = (query: string, ...values: unknown[]) =>
  env.DB.prepare(query)
    .bind(...values)
    .run();

const scheme = (name: string) => ({ scheme: name, kind: "call" });
const closed = Object.fromEntries(
  ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, null]),
);
/** What is in force when it is proposed. */
const base: Policy = (
  [
    ["screening.maxListAgeDays", 27],
    ["screening.heldRegions", ["IE"]],
    ["overrides", "none"],
    ["numbers.alsoRegions", ["IE"]],
    ["dials.schemes", [scheme("acme"), scheme("other")]],
    ["campaigns.runs", ["general", "automated", "pensions"]],
    ["consents.monthsAtMost", 12],
    ["consents.amber", "dialog"],
    ["hours.FR", closed],
    ["holidays", ["GB-ENG"]],
    ["outOfHours", "hold"],
    ["identity.company", "Example Ltd"],
    ["identity.address", "1 High Street"],
    ["sites", ["https://crm.example", "https://*.lost.example"]],
    ["recording.purposes", ["quality"]],
    ["recording.openedFrom", ["GB"]],
    ["recording.retentionMonths", 24],
    ["recording.outsideRegions", "erase"],
    ["recording.regions", ["IE"]],
    ["requests.decideDays", 29],
    ["requests.extensions", false],
    ["requests.erasureInWriting", false],
  ] as const
).reduce<Policy>((policy, [path, value]) => and(path, value, policy), defaultPolicy);

const domain = { match: "domain", value: "example.org", role: "agent" };
/** Clause, what it is proposed to be, how many more after what happens below, and what they are called. */
const rows: [path: string, to: unknown, more: number, says: RegExp][] = [
  ["registers.own", "warn", 2, /calls of the last 30 days were held or warned of/],
  ["grounds.tps", "We only call about orders.", 3, /calls of the last 30 days/],
  // One is of Christmas Day, when the copy is older still.
  ["screening.maxListAgeDays", 28, 5, /calls/],
  ["screening.graceDays", 5, 5, /calls/],
  ["screening.rescreenDays", 28, 2, /numbers of the connected CRMs/],
  ["screening.watch", false, 1, /watched now/],
  ["screening.offlineMinutes", 90, 6, /calls/],
  ["screening.heldRegions", [], 2, /calls/],
  ["numbers.defaultRegion", "IE", 3, /dialled without a country code/],
  ["numbers.lineRegion", "IE", 3, /dialled without a country code/],
  ["numbers.alsoRegions", [], 3, /dialled without a country code/],
  ["overrides", "with-consent", 32, /calls were held/],
  ["dials.schemes", [scheme("other")], 2, /by these schemes/],
  ["campaigns.runs", ["general", "automated", "pensions", "claims-management"], 3, /calls/],
  ["campaigns.pensionsAuthorised", true, 3, /calls/],
  ["campaigns.onRequest", true, 3, /calls/],
  ["consents.recordedBy", ["manager", "compliance", "agent"], 2, /may do it/],
  ["consents.monthsAtMost", 36, 2, /would count for longer/],
  ["consents.amber", "pass", 2, /calls/],
  ["parties.from", ["officer", "import"], 1, /such/],
  ["hours.FR", undefined, 3, /calls/],
  ["holidays", [], 1, /call of the last/],
  ["outOfHours", "warn", 4, /calls/],
  ["identity.company", "Acme Leads Ltd", 1, /on record name/],
  ["identity.tradingNames", ["Acme Leads Ltd"], 1, /on record name/],
  ["sites", ["https://crm.example"], 2, /no longer be covered/],
  ["recording.purposes", ["quality", "training"], 3, /kept now/],
  ["recording.openedBy", ["manager", "compliance", "agent"], 2, /may do it/],
  ["recording.openedFrom", ["GB", "IE"], 3, /kept now/],
  ["recording.regions", ["IE", "FR"], 2, /stored in the last 30 days/],
  ["recording.outsideRegions", "keep", 3, /outside the regions/],
  ["recording.retentionMonths", 12, 1, /would be erased, from a week after/],
  ["requests.decideDays", 30, 3, /came in the last 30 days/],
  ["requests.extensions", true, 3, /came in the last 30 days/],
  ["requests.erasureInWriting", true, 1, /came in the last 30 days/],
  ["requests.proofKeptDays", 9, 1, /came in the last 30 days/],
  ["requests.pauses", "law", 3, /came in the last 30 days/],
  ["requests.progressDays", 40, 1, /came in the last 30 days/],
  ["requests.outcomeDays", 100, 1, /came in the last 30 days/],
  // A dial, and the call of a recording.
  ["retention.dialMonths", 12, 2, /would be erased, from a week after/],
  ["retention.listHistoryMonths", 6, 1, /would be erased/],
  ["retention.auditPayloadMonths", 12, 5, /would be erased/],
  ["retention.screeningMonths", 12, 1, /would be erased/],
  ["retention.watchedMonths", 13, 1, /would be erased within 30 days would be kept longer/],
  ["retention.requestMonths", 12, 1, /would be erased/],
  ["retention.turnedMonths", 36, 1, /would be kept longer/],
  ["access.unusedTokenDays", 120, 1, /signed in again/],
  ["access.rotateTokenDays", 31, 2, /signed in now/],
  ["access.numbersPerHour", 30_000, 2, /could check more/],
  ["access.officeNumbersPerHour", 300_000, 1, /of the office could ask about more/],
  ["access.gateNumbersPerHour", 900_000, 1, /could ask about more calls/],
  ["access.screenedPerDay", 6_000_000, 1, /could screen more/],
  ["access.signIn", [domain], 1, /by such rules now/],
];

const propose = async (): Promise<Proposal> => {
  const next = rows.reduce((policy, [path, to]) => and(path, to, policy), base);
  const { version } = (await ok(call("GET", "/v1/policy", { token: tokens.admin }))) as { version: number };
  const saved = await ok(
    call("PUT", "/v1/policy", {
      token: tokens.admin,
      body: { policy: next, why: "everything" },
      headers: { "if-match": `"${version}"` },
    }),
  );
  return (saved as PolicySaved).proposed!;
};

let before: Proposal["effect"];
let after: Proposal["effect"];
beforeAll(async () => {
  await join(tokens.admin, "admin", "second@example.com");
  const own = { name: "Our own list", regions: ["GB"], maxAgeDays: 28, daysUntilEffective: 0 };
  await ok(call("PUT", "/v1/lists/own", { token: tokens.admin, body: own }));
  await push(tokens.admin, "own", [london(10)]);
  await push(tokens.admin, "tps", [london(1), london(2)]);
  await push(tokens.admin, "ctps", [london(9)], { asOf: daysAgo(20) });
  await setPolicy(() => base);
  before = (await propose()).effect;

  await times(2, () => dial(london(10)));
  await times(3, () => dial(london(1)));
  await under("screening.maxListAgeDays", 14, () => times(4, () => dial(london(20))));
  await under("screening.heldRegions", ["GB"], () => times(2, () => dial(london(29))));
  const offline = { reasons: [{ code: "offline" }] };
  await times(6, () => dial(london(21), offline));
  await times(3, () => dial(london(22), { number: "020 7946 0022" }));
  await times(2, () => dial(london(23), { via: "acme:" }));
  await times(2, () => dial(london(24), { purpose: "automated" }));
  await dial(london(24), { purpose: "pensions" });
  await agree(london(2), 1);
  await times(2, () => dial(london(2), { action: "passed", verdict: "caution" }));
  await under("hours.GB", closed, () => times(3, () => dial(london(25))));
  await times(2, () => dial(london(26), { host: "a.lost.example" }));
  await dial(london(26), { host: "crm.example" });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(new Date().getUTCFullYear(), 11, 25, 12) });
  await dial(london(27));
  vi.useRealTimers();

  await agree(london(3), 14);
  await under("identity.company", "Acme Leads Ltd", () => agree(london(4), 40, "Acme Leads Ltd"));
  await ok(
    call("POST", "/v1/parties", {
      token: tokens.compliance,
      body: { number: london(5), party: "company", detail: "a file", source: "import" },
    }),
  );
  await join(tokens.admin, "agent", "another@example.com");
  await join(tokens.admin, "agent", "away@example.com");
  await join(tokens.admin, "compliance", "officer@example.com");
  await integration(tokens.admin, ["gate"], "The exchange");
  await run(
    "UPDATE tokens SET created_at = ?1, last_used_at = ?1 WHERE person = (SELECT id FROM people WHERE email = 'away@example.com')",
    new Date(Date.now() - 100 * DAY).toISOString(),
  );
  await run("UPDATE people SET role_by = 'rule' WHERE email = 'another@example.com'");

  await under("recording.regions", ["GB"], () => times(2, () => arrive(env, tokens.admin, sample())));
  const rows = [sample({ startedAt: old(18), storage: { kind: "r2", key: "calls/old" } })];
  await laid(env, rows[0]!);
  await under("recording.regions", ["GB"], () => ok(imported(aged(env), tokens.admin, rows)));

  const asked = await enter(tokens.compliance, { kind: "erasure" });
  await done(tokens.compliance, asked, "identity", {
    step: "ask",
    letter: { how: "post", text: "Who are you?" },
  });
  await enter(tokens.compliance, { kind: "complaint" });
  const access = await enter(tokens.compliance);
  await run("UPDATE duties SET void_at = '' WHERE request = ?", access);
  await run(
    "UPDATE requests SET state = 'closed', closed_at = ?, rev = rev + 1 WHERE id = ?",
    old(13),
    access,
  );

  await screenPart(
    env,
    "system",
    await openScreening(env, "system", { source: "api", name: "test", purpose: "general" }),
    1,
    [london(30)],
  );
  await run("UPDATE screenings SET at = ?", old(13));
  await run("UPDATE watched SET on_day = ?", old(11.5).slice(0, 10));
  await run("UPDATE versions SET at = ? WHERE list = 1", old(7));
  await run(
    "UPDATE audit_payload SET at = ? WHERE seq IN (SELECT seq FROM audit_payload ORDER BY seq LIMIT 5)",
    old(13),
  );
  await run(
    "INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at) VALUES (1, 'clear', 'blocked', 'tps', 1, ?)",
    old(23.5),
  );
  await run(
    "INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at) VALUES (1, 'c', 'hubspot', 'C', '{}', '', '', 'system', '')",
  );
  for (const n of [1, 2])
    await run(
      "INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run) VALUES (1, 'o', ?, 'f', 0, ?, 'clear', '', 1)",
      String(n),
      n,
    );
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 18 * MONTH });
  await dial(london(28));
  vi.useRealTimers();
  after = (await propose()).effect;
});
const of = (effect: Proposal["effect"], path: string) => effect.find((one) => one.path === path);

it.each(rows)("%s, to %j: %i more", (path, _, more, says) => {
  const [then, now] = [of(before, path)!, of(after, path)!];
  expect(now.n - then.n).toBe(more);
  expect(now.text).toMatch(says);
  expect(now.text).toContain(now.n.toLocaleString("en-GB"));
});

it("every clause that loosens has its row here, or says why nothing can be counted", () => {
  const tried = new Set(rows.map(([path]) => clauseAt(path)!.path));
  expect([...tried, ...Object.keys(noFigures)].sort()).toEqual(Object.keys(looser).sort());
});
