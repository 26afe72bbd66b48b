/** Each report is exact, on calls of days that were worked out by hand; the same as a table, a file and a page. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ReportName } from "../../../../shared/overview/api-reports.ts";
import { newEntry, insertEntries } from "../../../../worker/do-not-call/rows.ts";
import { REPLACED } from "../../../../worker/do-not-call/refusals.ts";
import { numberOf } from "../../../../shared/registers/blocks.ts";
import { run } from "../../trail/kit.ts";
import { aTeam, call, daysAgo, join, setPolicy } from "../../helpers.ts";
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

  it("counts an hour once in which a day of the zone begins, and of the period what is in it", async () => {
    await setPolicy(({ numbers }) => ({ numbers: { ...numbers, defaultRegion: "IN" } }));
    await env.DB.exec("DELETE FROM calls");
    // The day begins at 18:30 UTC.
    for (const time of ["18:10", "18:40"]) await logged(at(time, "2026-01-13"), { outcome: "silent" });
    await logged(at("18:20"), { outcome: "answered" });
    const { rows, made } = await reported("misuse", period(DAY, DAY), tokens.manager);
    expect(rows.map(({ until, heard, silent }) => [until, heard, silent])).toEqual([
      [at("19:00", "2026-01-13"), 2, 2],
    ]);
    expect(made.from.map(({ count }) => count)).toEqual([2, 2]);
    await setPolicy(({ numbers }) => ({ numbers: { ...numbers, defaultRegion: "GB" } }));
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
    // The chart: 100 (without a campaign) is as wide as the picture allows, 420 units; the campaign's shares are 40, 50 and 0.
    expect(text).toContain("<h2>The highest shares in any 24 hours, by campaign</h2><svg ");
    expect(text).toMatch(/<text [^>]*>=Spring &lt;b&gt;<\/text>/);
    const [, spring = ""] = text.split(">=Spring &lt;b&gt;</text>");
    expect(
      [...spring.split("</text>")[0]!.matchAll(/<rect x="([\d.]+)"[^>]* width="([\d.]+)"/g)].map(
        ([, x, width]) => [x, width],
      ),
    ).toEqual([
      ["190.0", "168.0"],
      ["358.0", "210.0"],
    ]);
    expect(text).toMatch(/<text [^>]*>40 · 50 · 0<\/text>/);
    expect(text).not.toMatch(/<[^>]* style=|<script/);
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

it("presentation numbers at the gate: as the system’s own line shows them, hidden ones as such, and none of services", async () => {
  await setPolicy(({ identity }) => ({ identity: { ...identity, ownNumbers: ["+33123456789"] } }));
  const token = await join(tokens.admin, "agent", "pbx@example.com");
  const pbx = ((await call("GET", "/v1/me", { token })).data as { person: { id: string } }).person.id;
  await env.DB.prepare("INSERT INTO gate_lines (integration, region, at) VALUES (?, 'FR', '2026-01-01')")
    .bind(pbx)
    .run();
  let n = 100;
  const asked = async (said: { from?: string; privacy?: string }, own: object = {}) => {
    const gate = { callId: String(++n), agent: null, person: null, until: at("10:01"), from: null };
    return dialled(at("10:00"), pbx, {
      ...{ layer: "server", gate: { ...gate, privacy: null, ...said } as never },
      ...own,
    });
  };
  await asked({ from: "0123456789" });
  await asked({ from: "33123456789" });
  await asked({ from: "+33123456789", privacy: "id" });
  await asked({ from: "sip:anonymous@anonymous.invalid" });
  // Nobody said.
  await asked({});
  for (const code of ["emergency", "internal"])
    await asked({ from: "101" }, { number: null, written: "112", workerReasons: [{ code }] });
  const { rows, made } = await reported("presented", period(DAY, DAY), tokens.manager);
  expect(rows.map(({ shown, own, state, gate }) => [shown, own, state, gate])).toEqual([
    ["+33123456789", "yes", "Not known: no call to it is on record", 2],
    ["withheld", "no", "No: the number was withheld", 2],
  ]);
  expect(made.from.map(({ count }) => count)).toEqual([0, 0, 4, 0]);
});

it("a presentation number that no country has, such as a freephone one of all, is a number", async () => {
  for (const presentation of ["+80012345678", "+883510001234567"])
    await logged(at("12:00"), { presentation });
  const { rows } = await reported("presented", period(DAY, DAY), tokens.manager);
  expect(rows.map(({ state }) => state)).toEqual([1, 2].map(() => "Not known: no call to it is on record"));
});

it("a call to a number that a provider’s list has was answered where that says so, however long it was", async () => {
  const shown = "+442079460958";
  await logged(at("09:00"), { presentation: shown });
  const back = (time: string, outcome: "answered" | null) =>
    logged(at(time), { presentation: shown, outcome }, { direction: "inbound", seconds: 30, via: "fetch" });
  await back("10:00", null);
  const state = async () =>
    (await reported("presented", period(DAY, DAY), tokens.manager)).rows.map(({ state, answeredAt }) => [
      state,
      answeredAt,
    ]);
  expect(await state()).toEqual([["Not shown: it was called, and nobody answered", null]]);
  await back("11:00", "answered");
  expect(await state()).toEqual([["Yes: a call to it was answered", at("11:00")]]);
});

it("presentation numbers of several days are one row, from the first use to the last", async () => {
  const shown = "+442079460958";
  const days = ["2026-01-14", "2026-01-15", "2026-01-16"];
  for (const day of days) await logged(at("09:00", day), { presentation: shown });
  for (const day of days.slice(0, 2))
    await logged(at("12:00", day), { presentation: shown }, { direction: "inbound", seconds: 5 });
  const { rows } = await reported("presented", period(DAY, "2026-01-16"), tokens.manager);
  expect(rows).toMatchObject([
    {
      ...{ shown, calls: 3, first: at("09:00"), last: at("09:00", "2026-01-16") },
      ...{ back: 2, answered: 2, answeredAt: at("12:00", "2026-01-15") },
    },
  ]);
});

it("what an erasure left as a proof alone is in no report", async () => {
  const presentation = "+442079460958";
  const dial = await dialled(at("09:00"), ann);
  const one = await logged(at("10:00"), { outcome: "silent", presentation }, { number: "+441632960002" });
  const back = await logged(at("11:00"), { presentation }, { direction: "inbound" });
  await logged(at("12:00"), { outcome: "answered", presentation });
  await written(
    insertEntries([
      newEntry({
        ...{ number: "+441632960002", kind: "objection", reason: "asked", source: "call", until: null },
        ...{ by: ann, at: at("08:00") },
      }),
    ]),
  );
  const counted = async () => {
    const of = (report: ReportName) => reported(report, period(DAY, DAY), tokens.manager);
    return [
      (await of("hours")).made.from.map(({ count }) => count),
      (await of("misuse")).made.from.map(({ count }) => count),
      (await of("presented")).rows.map(({ calls, back }) => [calls, back]),
      (await of("refusals")).rows.map(({ called }) => called),
    ];
  };
  expect(await counted()).toEqual([[1, 2], [2, 2], [[2, 1]], [1]]);
  for (const [kind, ref] of [
    ["dial", dial],
    ["call", one],
    ["call", back],
  ] as const)
    await env.DB.prepare(
      "INSERT INTO restricted (kind, ref, until, request) VALUES (?, ?, '2099-01-01', 'x')",
    )
      .bind(kind, ref)
      .run();
  expect(await counted()).toEqual([[0, 1], [1, 1], [[1, 0]], [0]]);
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
  await over("12:30", { ...service, medium: "message" });
  await dialled(at("13:00"), ann);
  const { rows, chart, made } = await reported("overrides", period(DAY, DAY), tokens.manager);
  expect(rows).toEqual([
    {
      ...{ agent: "Ann", basis: "Service", reason: "boiler on Monday", made: 3, blocked: 3, refused: 0 },
      last: at("12:30"),
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
  expect(chart).toMatchObject({ labels: ["Ann"], series: [{ values: [4] }, { values: [1] }] });
  expect(made.from.map(({ count }) => count)).toEqual([5]);
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
  const objected = (number: string, days: number, own: object = {}) =>
    newEntry({
      ...{ number, kind: "objection", reason: "asked", source: "call", until: null, by: ann },
      ...{ at: `${daysAgo(days)}T12:00:00.000Z`, ...own },
    });
  const france = "+33123456789";
  for (const number of [nth(6), nth(7), nth(8), france]) await given(number, { until: daysAgo(-10) });
  // It was over yesterday.
  await given(nth(9), { until: daysAgo(1) });
  await written(
    insertEntries([
      objected(nth(6), 1),
      objected(nth(7), 5),
      ...[nth(8), france].map((one) => objected(one, 2)),
    ]),
  );
  // An objection that ended, but was meant: there it ends what was agreed to before (Code de la consommation, L. 223-1).
  await run(
    "UPDATE suppressions SET ended_at = ?, ended_reason = ? WHERE number IN (?, ?)",
    daysAgo(1),
    REPLACED,
    ...[nth(8), france].map(numberOf),
  );
  const { rows, chart } = await reported("consents", period(daysAgo(28), daysAgo(-28)), tokens.manager);
  const common = { given: daysAgo(3), caller: "", product: "" };
  expect(rows).toEqual([
    { ...common, ends: daysAgo(-4), number: nth(2), kind: "They asked for a call" },
    ...[1, 7, 8].map((n) => ({
      ...{ ...common, ends: daysAgo(-10), number: nth(n), kind: "They do not object to our calls" },
    })),
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

it("refusals: a call to another number that the objection closes counts, one after it ended does not", async () => {
  const entry = (number: string, own: object = {}) =>
    newEntry({
      ...{
        number,
        kind: "objection",
        reason: "asked",
        source: "call",
        until: null,
        by: ann,
        at: at("09:00"),
      },
      ...own,
    });
  const nth = (n: number) => `+44163296030${n}`;
  const wide = entry(nth(1), { scope: "person" });
  const spread = { origin: wide.id, source: "spread", scope: "person" };
  await written(
    insertEntries([wide, entry(nth(2))]),
    // From noon on it is known to be theirs, too. Of the other nobody knows whose it is.
    insertEntries([
      entry(nth(3), { ...spread, at: at("12:00") }),
      entry(nth(4), { ...spread, keepsLine: true }),
    ]),
  );
  await run("UPDATE suppressions SET ended_at = ? WHERE number = ?", at("10:00"), numberOf(nth(2)));
  const called = async () =>
    (await reported("refusals", period(DAY, DAY), tokens.manager)).rows.map(({ ended, called }) => [
      ended,
      called,
    ]);
  await logged(at("11:00"), null, { number: nth(2) });
  await dialled(at("11:00"), ann, { number: nth(2) });
  await logged(at("11:59"), null, { number: nth(3) });
  await logged(at("13:00"), null, { number: nth(4) });
  expect(await called()).toEqual([[1, 0]]);
  await logged(at("13:00"), null, { number: nth(3) });
  expect(await called()).toEqual([[1, 1]]);
  await dialled(at("09:30"), ann, { number: nth(2) });
  expect(await called()).toEqual([[1, 2]]);
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
