/** Each report is exact, on calls of days that were worked out by hand; the same as a table, a file and a page. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newEntry, insertEntries } from "../../../../worker/do-not-call/rows.ts";
import { aTeam, call, daysAgo, join, setPolicy, today } from "../../helpers.ts";
import { dialled, logged, period, reported, textOf, written } from "./kit.ts";

const tokens = aTeam();
let ann: string;
beforeAll(async () => {
  const token = await join(tokens.admin, "agent", "ann@example.com");
  ann = ((await call("GET", "/v1/me", { token })).data as { person: { id: string } }).person.id;
  expect(
    (await call("PATCH", `/v1/people/${ann}`, { token: tokens.admin, body: { name: "Ann" } })).status,
  ).toBe(200);
});
beforeEach(async () => {
  for (const table of ["calls", "dials", "consents", "suppressions"])
    await env.DB.exec(`DELETE FROM ${table}`);
});

/** A Wednesday in winter, when London has UTC. */
const DAY = "2026-01-14";
const at = (time: string, day = DAY) => `${day}T${time}:00.000Z`;

describe("persistent misuse", () => {
  const days = period(DAY, "2026-01-15");
  const spring = (time: string, outcome: "answered" | "abandoned" | "silent" | "message" | null, day = DAY) =>
    logged(at(time, day), { outcome, campaign: "=Spring <b>" });
  beforeEach(async () => {
    await spring("12:00", "abandoned", "2026-01-13");
    for (const time of ["10:05", "10:10", "10:15"]) await spring(time, "answered");
    await spring("10:20", "abandoned");
    await spring("10:40", null);
    await spring("23:30", "silent");
    await spring("10:30", "answered", "2026-01-15");
    // No dialler says a campaign of this one.
    await logged(at("10:00"), { outcome: "message" });
    // Of these, neither counts: one is inbound, and the provider's own row stands for the other.
    await logged(at("10:00"), { outcome: "abandoned" }, { direction: "inbound" });
    const first = await logged(at("10:50"), null);
    await logged(at("10:50"), null, { replaces: first, number: "+441632960002", direction: "inbound" });
  });
  const none = { from: at("11:00", "2026-01-13"), answered: 0, abandoned: 0, silent: 0 };

  it("is told by campaign and each 24 hours, with rates and no safe one", async () => {
    const { rows, chart, made, notes } = await reported("misuse", days, tokens.manager);
    const window = (from: string, until: string, counts: number[], rates: number[]) => {
      const [heard, answered, abandoned, silent, message, unsaid] = counts;
      const [abandonedRate, silentRate, messageRate] = rates;
      return {
        ...{ campaign: "=Spring <b>", from, until, heard, answered, abandoned, silent, message, unsaid },
        ...{ abandonedRate, silentRate, messageRate },
      };
    };
    expect(rows).toEqual([
      {
        ...{ ...none, campaign: null, until: at("11:00"), heard: 1, message: 1, unsaid: 0 },
        ...{ abandonedRate: 0, silentRate: 0, messageRate: 100 },
      },
      // With the call of noon of the day before: 2 of 5. Without it: 1 of 4.
      window(at("11:00", "2026-01-13"), at("11:00"), [5, 3, 2, 0, 0, 1], [40, 0, 0]),
      window(at("13:00", "2026-01-13"), at("13:00"), [4, 3, 1, 0, 0, 1], [25, 0, 0]),
      window(at("00:00"), at("00:00", "2026-01-15"), [5, 3, 1, 1, 0, 1], [20, 20, 0]),
      window(at("11:00"), at("11:00", "2026-01-15"), [2, 1, 0, 1, 0, 0], [0, 50, 0]),
      window(at("00:00", "2026-01-15"), at("00:00", "2026-01-16"), [1, 1, 0, 0, 0, 0], [0, 0, 0]),
    ]);
    expect(chart.labels).toEqual(["", "=Spring <b>"]);
    expect(chart.series.map(({ values }) => values)).toEqual([
      [0, 40],
      [0, 50],
      [100, 0],
    ]);
    expect(made.from.map(({ count }) => count)).toEqual([8, 7]);
    expect(notes[0]).toMatch(/^No rate is safe/);
    const head = await env.DB.prepare("SELECT hash FROM audit WHERE seq = ?")
      .bind(made.head.seq)
      .first("hash");
    expect([made.head.hash, made.by, made.policy]).toEqual([head, "The manager", expect.any(Number)]);
  });

  it("is a file that a spreadsheet opens without running anything", async () => {
    const { headers, text } = await textOf("misuse", `${days}&as=csv`, tokens.manager);
    expect(headers.get("content-disposition")).toBe(
      `attachment; filename="cleardial-misuse-${DAY}-2026-01-15.csv"`,
    );
    const lines = text.split("\r\n");
    expect(lines).toHaveLength(8);
    expect(lines[2]).toBe(`'=Spring <b>,2026-01-13T11:00:00.000Z,${at("11:00")},5,3,2,0,0,1,40,0,0`);
  });

  it("is a page that says what it was made from, and runs nothing", async () => {
    const { headers, text } = await textOf("misuse", `${days}&as=page`, tokens.manager);
    expect(headers.get("content-type")).toMatch(/^text\/html/);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    expect(text).toContain("<td>=Spring &lt;b&gt;</td><td>2026-01-13 11:00</td><td>2026-01-14 11:00</td>");
    expect(text).toContain('<td class="figure">40.00</td>');
    expect(text).toContain("<dt>Outgoing calls in logs</dt><dd>8</dd>");
    expect(text).toMatch(/<dt>Newest row of the audit trail then<\/dt><dd>\d+, [0-9a-f]{64}<\/dd>/);
  });
});

it("presentation numbers: each that was used, and whether it can be called back", async () => {
  const [ours, other] = ["+442079460958", "+441632960111"];
  await setPolicy(({ identity }) => ({ identity: { ...identity, ownNumbers: [ours] } }));
  for (const time of ["09:00", "11:00"]) await logged(at(time), { presentation: ours });
  for (const presentation of ["withheld", "12", other]) await logged(at("12:00"), { presentation });
  await logged(at("12:30"), null);
  const back = (presentation: string, seconds: number, outcome: "abandoned" | null = null, time = "15:00") =>
    logged(at(time), { presentation, outcome }, { direction: "inbound", seconds });
  await back(ours, 0);
  await back(ours, 30);
  // They hung up before anybody answered. And nobody's call shows a number that was only called.
  await back(other, 9, "abandoned");
  await back("+441632960112", 9);
  const gate = {
    ...{
      callId: "1",
      agent: null,
      person: null,
      privacy: null,
      until: at("10:01"),
      from: "sip:02079460958@pbx",
    },
  };
  await dialled(at("10:00"), ann, { layer: "server", gate: gate as never });
  await dialled(at("10:00"), ann, {
    layer: "server",
    action: "held",
    gate: { ...gate, callId: "2" } as never,
  });
  const { rows, made } = await reported("presented", period(DAY, DAY), tokens.compliance);
  const nobody = {
    gate: 0,
    first: at("12:00"),
    last: at("12:00"),
    calls: 1,
    back: 0,
    answered: 0,
    answeredAt: null,
  };
  expect(rows[0]).toEqual({
    ...{ shown: ours, own: "yes", state: "Yes: a call to it was answered", calls: 2, gate: 1 },
    ...{ first: at("09:00"), last: at("11:00"), back: 2, answered: 1, answeredAt: at("15:00") },
  });
  expect(rows.slice(1).sort((a, b) => String(a["shown"]).localeCompare(String(b["shown"])))).toEqual(
    [
      { ...nobody, shown: "12", own: "no", state: "No: this is no telephone number" },
      { ...nobody, shown: other, own: "no", back: 1, state: "Not shown: it was called, and nobody answered" },
      { ...nobody, shown: "withheld", own: "no", state: "No: the number was withheld" },
    ].sort((a, b) => a.shown.localeCompare(b.shown)),
  );
  expect(made.from.map(({ count }) => count)).toEqual([6, 5, 1, 3]);
});

it("calls by hour of the called place: a call that page and log know counts once", async () => {
  // Summer time: 08:10 UTC is 09:10 in London and 04:10 in New York; Saturday 23:30 is Sunday there.
  const [summer, saturday] = ["2026-07-15", "2026-07-18"];
  const dial = await dialled(at("08:10", summer), ann);
  await logged(at("08:11", summer), null, { dial });
  await logged(at("08:12", summer), null);
  await logged(at("08:12", summer), null, { number: "+12125550123" });
  // Half an hour off: 08:40 UTC is 14:10 in India.
  await logged(at("08:40", summer), null, { number: "+911123456789" });
  await logged(at("23:30", saturday), null);
  await logged(at("10:00", saturday), null);
  // Free to call from anywhere in North America: several hours.
  await logged(at("10:00", saturday), null, { number: "+18005550199" });
  // No calls: a text, one that was held; a second layer's sight of a call.
  await dialled(at("09:00", summer), ann, { medium: "message" });
  await dialled(at("09:00", summer), ann, { action: "held" });
  await dialled(at("08:10", summer), ann, { layer: "server", sighting: dial });
  const { rows, made, chart } = await reported("hours", period(summer, "2026-07-19"), tokens.manager);
  const called: unknown = Object.fromEntries(
    rows.filter(({ all }) => all !== 0).map(({ hour, ...counts }) => [hour, counts]),
  );
  expect(called).toEqual({
    "00:00": { week: 0, saturday: 0, sunday: 1, all: 1 },
    "04:00": { week: 1, saturday: 0, sunday: 0, all: 1 },
    "09:00": { week: 2, saturday: 0, sunday: 0, all: 2 },
    "11:00": { week: 0, saturday: 1, sunday: 0, all: 1 },
    "14:00": { week: 1, saturday: 0, sunday: 0, all: 1 },
    "not known": { week: null, saturday: null, sunday: null, all: 1 },
  });
  expect([rows.length, chart.labels.length]).toEqual([25, 25]);
  expect(made.from.map(({ count }) => count)).toEqual([1, 6]);
});

it("overrides by agent, ground and reason, and those that were refused", async () => {
  const over = (time: string, own: object) => dialled(at(time), ann, { action: "overridden", ...own });
  const service = { basis: "service", reason: "boiler on Monday", workerVerdict: "blocked" } as const;
  await over("09:00", service);
  await over("10:00", service);
  await over("11:00", { basis: "solicited", workerVerdict: "caution" });
  await over("12:00", { ...service, reason: null, refused: true });
  await dialled(at("13:00"), ann);
  const { rows, chart, made } = await reported("overrides", period(DAY, DAY), tokens.manager);
  expect(rows).toEqual([
    {
      ...{ agent: "Ann", basis: "Service", reason: "boiler on Monday", made: 2, blocked: 2, refused: 0 },
      last: at("10:00"),
    },
    {
      agent: "Ann",
      basis: "Asked for the call",
      reason: null,
      made: 1,
      blocked: 0,
      refused: 0,
      last: at("11:00"),
    },
    { agent: "Ann", basis: "Service", reason: null, made: 0, blocked: 0, refused: 1, last: at("12:00") },
  ]);
  expect(chart).toMatchObject({ labels: ["Ann"], series: [{ values: [3] }, { values: [1] }] });
  expect(made.from.map(({ count }) => count)).toEqual([4]);
});

it("consents about to end, by whichever end comes first", async () => {
  const given = async (number: string, own: object = {}) => {
    const body = {
      ...{
        number,
        kind: "notification",
        giver: "subscriber",
        givenBy: "Jo",
        givenAt: `${daysAgo(3)}T12:00:00.000Z`,
      },
      ...{ words: "yes", how: "web", proof: "form 1", ...own },
    };
    const { status, data } = await call("POST", "/v1/consents", { token: tokens.manager, body });
    expect([status, data]).toMatchObject([201, {}]);
    return (data as { id: string }).id;
  };
  const nth = (n: number) => `+44163296020${n}`;
  await given(nth(1), { until: daysAgo(-10) });
  // Nobody said a day: it is over seven days after it was given.
  await given(nth(2), { kind: "solicited" });
  await given(nth(3), { until: daysAgo(-40) });
  const withdrawn = await given(nth(4), { until: daysAgo(-10) });
  const answer = await call("POST", `/v1/consents/${withdrawn}/withdraw`, {
    token: tokens.manager,
    body: { reason: "asked" },
  });
  expect(answer.status).toBeLessThan(300);
  await given(nth(5));
  const { rows, chart } = await reported("consents", period(today(), daysAgo(-28)), tokens.manager);
  const common = { given: daysAgo(3), caller: "", product: "" };
  expect(rows).toEqual([
    { ...common, ends: daysAgo(-4), number: nth(2), kind: "They asked for a call" },
    { ...common, ends: daysAgo(-10), number: nth(1), kind: "They do not object to our calls" },
  ]);
  expect(chart.labels).toEqual([daysAgo(-4), daysAgo(-10)]);
});

it("refusals by day and who entered them, and the numbers that were called since", async () => {
  const entry = (number: string, time: string, own: object = {}) =>
    newEntry({
      ...{ number, kind: "objection", reason: "asked", source: "call", until: null, by: ann, at: at(time) },
      ...own,
    });
  const nth = (n: number) => `+44163296030${n}`;
  await written(
    insertEntries([
      entry(nth(1), "09:00"),
      entry(nth(2), "10:00", { scope: "person" }),
      entry(nth(3), "11:00", { by: "requester", unverified: true }),
      entry(nth(4), "12:00", { kind: "house" }),
    ]),
  );
  await dialled(at("08:59"), ann, { number: nth(1) });
  await logged(at("10:01"), null, { number: nth(2) });
  await dialled(at("11:30"), ann, { number: nth(3), action: "held" });
  const { rows, made } = await reported("refusals", period(DAY, DAY), tokens.compliance);
  expect(rows).toEqual([
    { day: DAY, person: "Ann", objections: 2, wide: 1, unverified: 0, ended: 0, called: 1 },
    {
      ...{ day: DAY, person: "the public page, or a system", objections: 1, wide: 0, unverified: 1 },
      ...{ ended: 0, called: 0 },
    },
  ]);
  expect(made.from.map(({ count }) => count)).toEqual([3]);
  await dialled(at("13:00"), ann, { number: nth(1) });
  expect((await reported("refusals", period(DAY, DAY), tokens.manager)).rows[0]).toMatchObject({ called: 2 });
});

it("an agent gets none, each is on the trail, and a period has an end", async () => {
  const path = `/v1/reports/hours?${period(DAY, DAY)}`;
  expect((await call("GET", path, { token: tokens.agent })).status).toBe(403);
  expect(
    (await call("GET", `/v1/reports/hours?${period(DAY, "2026-06-01")}`, { token: tokens.manager })).status,
  ).toBe(422);
  await textOf("hours", `${period(DAY, DAY)}&as=csv`, tokens.manager);
  const row = await env.DB.prepare(
    "SELECT code, p.payload FROM audit a JOIN audit_payload p USING (seq) ORDER BY a.seq DESC LIMIT 1",
  ).first<{ code: string; payload: string }>();
  expect([row!.code, JSON.parse(row!.payload)]).toEqual([
    "opened.report",
    { report: "hours", from: DAY, to: DAY, as: "csv" },
  ]);
});
