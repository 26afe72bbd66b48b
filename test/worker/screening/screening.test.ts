import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { PartAnswer, ScreeningAnswer, ScreeningDetail } from "../../../shared/screening/api.ts";
import type { Verdict } from "../../../shared/check/api.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { finishScreening, openScreening, screenPart } from "../../../worker/screening/record.ts";
import { pastScreenings } from "../../../worker/screening/past.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { anAddress, aTeam, call, daysAgo, dump, MONTH, push, setPolicy, today } from "../helpers.ts";
import { ofAltered } from "./altered.ts";

const tokens = aTeam();
const uk = (from: number, n: number) =>
  Array.from({ length: n }, (_, i) => `+44207946${String(from + i).padStart(4, "0")}`);

beforeAll(async () => {
  await push(tokens.admin, "tps", uk(100, 40));
  await push(tokens.admin, "ctps", uk(130, 20));
  await call("POST", "/v1/suppressions", {
    token: tokens.agent,
    body: { number: "+442079460001", reason: "stop" },
  });
  const consent = {
    ...{ kind: "notification", words: "yes", how: "web", proof: "form" },
    giver: "subscriber",
    givenBy: "A",
    givenAt: "2026-01-01T00:00:00.000Z",
  };
  await call("POST", "/v1/consents", {
    token: tokens.manager,
    body: { ...consent, number: "+442079460101" },
  });
});

const open = async (body: object = { name: "contacts.csv" }, token = tokens.manager) => {
  const { status, data } = await call("POST", "/v1/screenings", { token, body });
  expect(status, JSON.stringify(data)).toBe(201);
  return data as ScreeningAnswer;
};
const send = (id: string, part: number, numbers: string[], token = tokens.manager) =>
  call("PUT", `/v1/screenings/${id}/parts/${part}`, { token, body: { numbers } });
const finish = (id: string, body: object = {}) =>
  call("POST", `/v1/screenings/${id}/finish`, { token: tokens.manager, body });
const detail = async (id: string) =>
  (await call("GET", `/v1/screenings/${id}`, { token: tokens.compliance })).data as ScreeningDetail;
const events = async () => ((await dump("audit")) as { code: string }[]).map(({ code }) => code);

it("judges a part as the check does, and counts it", async () => {
  const numbers = [...uk(0, 200), "+33142685300", "+4412"];
  const { id } = await open();
  const { status, data } = await send(id, 1, numbers);
  expect(status, JSON.stringify(data)).toBe(200);
  const { outcomes, of, stamp } = data as PartAnswer;
  const { data: checked } = await call("POST", "/v1/check", { token: tokens.admin, body: { numbers } });
  const { results } = checked as {
    results: { verdict: Verdict; reasons: { code: string; list?: string; asOf?: string; text: string }[] }[];
  };
  // But for the hours of the moment, which a screening leaves out.
  const lasting = ({ code }: { code: string }) => code !== "law-hours" && code !== "law-holiday";
  expect(of.map((i) => outcomes[i])).toEqual(
    results.map(({ verdict, reasons }) => ({
      verdict,
      reasons: reasons.filter(lasting).map(({ text: _, ...r }) => r),
    })),
  );
  expect(stamp.lists.map((l) => l.id)).toEqual(["tps", "ctps"]);
  const verdicts = results.map((r) => r.verdict);
  const count = (v: Verdict) => verdicts.filter((x) => x === v).length;
  expect(await detail(id)).toMatchObject({
    state: "open",
    numbers: 202,
    clear: count("clear"),
    caution: 1,
    blocked: 51,
    unknown: count("unknown"),
    reasons: {
      tps: 39,
      ctps: 20,
      objection: 1,
      agreed: 1,
      "needs-consent": 1,
      sector: 1,
      "not-a-number": 1,
    },
  });
  const summary = await finish(id, { rows: 300, invalid: 3, duplicates: 95 });
  expect(summary.data).toMatchObject({ state: "done", rows: 300, invalid: 3, duplicates: 95, numbers: 202 });
  // Sent twice, finished once.
  expect((await finish(id, { rows: 1 })).data).toEqual(summary.data);
  expect((await send(id, 2, uk(0, 1))).data).toMatchObject({ code: "screening-over" });
});

it("the same part again is the recorded answer, and nothing is counted twice", async () => {
  const { id } = await open();
  const numbers = uk(500, 50);
  const answers = await Promise.all([send(id, 1, numbers), send(id, 1, numbers), send(id, 2, uk(600, 10))]);
  expect(answers.map((a) => a.status)).toEqual([200, 200, 200]);
  await push(tokens.admin, "tps", [...uk(100, 40), ...uk(500, 5)]);
  const again = await send(id, 1, numbers);
  expect(again.data).toEqual(answers[0].data);
  expect(answers[1].data).toEqual(answers[0].data);
  expect((await send(id, 1, uk(500, 49))).data).toMatchObject({ code: "part-differs" });
  expect(await detail(id)).toMatchObject({ numbers: 60, clear: 60, parts: 2 });
  expect((await send(id, 3, numbers)).data).toMatchObject({
    outcomes: [{ verdict: "blocked" }, { verdict: "clear" }],
  });
});

it("keeps what it saw as blocks, so that a number's screenings can be told", async () => {
  const screening = await openScreening(env, "system", { source: "connector", name: "hubspot" });
  await screenPart(env, "system", screening, 1, ["+442079460102", "+442079460777"]);
  expect((await finishScreening(env, "system", screening, { rows: 2 })).by).toBe("system");
  const [latest] = await pastScreenings(env, "+442079460102");
  expect(latest).toMatchObject({
    screening: screening.id,
    source: "connector",
    verdict: "blocked",
    part: 1,
    policy: 0,
  });
  expect(latest!.lists).toEqual([
    { id: "tps", version: 2, asOf: today() },
    { id: "ctps", version: 1, asOf: today() },
  ]);
  expect((await pastScreenings(env, "+442079460777")).map((p) => p.verdict)).toEqual(["clear"]);
  expect(await pastScreenings(env, "+442079460778")).toEqual([]);
});

it("watches what was clear, once, by its last day, unless policy says not to", async () => {
  const watched = async (number: string) =>
    ((await dump("watched")) as { number: number; on_day: string; screening: number }[]).find(
      (w) => w.number === Number(number.slice(1)),
    );
  expect(await watched("+442079460777")).toMatchObject({ on_day: today() });
  expect(await watched("+442079460101")).toBeDefined();
  expect(await watched("+442079460102")).toBeUndefined();
  await env.DB.prepare("UPDATE watched SET on_day = ? WHERE number = 442079460777").bind(daysAgo(9)).run();
  const screening = await openScreening(env, "system", { source: "connector", name: "hubspot" });
  await screenPart(env, "system", screening, 1, ["+442079460777"]);
  expect(await watched("+442079460777")).toMatchObject({ on_day: today(), screening: screening.num });
  await setPolicy(({ screening }) => ({ screening: { ...screening, watch: false } }));
  await screenPart(env, "system", screening, 2, ["+442079460799"]);
  expect(await watched("+442079460799")).toBeUndefined();
});

it("leaves calling hours to the call", async () => {
  const never = { mon: null, tue: null, wed: null, thu: null, fri: null, sat: null, sun: null };
  await setPolicy(() => ({ hours: { GB: never } }));
  const { id } = await open();
  const { data } = await send(id, 1, ["+442079460888"]);
  expect((data as PartAnswer).outcomes.map((o) => o.verdict)).toEqual(["clear"]);
});

it("refuses what is no part, and opens once for a key", async () => {
  const { id } = await open();
  for (const numbers of [[], ["02079460000"], uk(0, 2).concat(uk(1, 1)), Array(10_001).fill("+442079460000")])
    expect((await send(id, 1, numbers as string[])).status).toBe(422);
  expect((await send("none", 1, uk(0, 1))).status).toBe(404);
  expect((await call("POST", "/v1/screenings", { token: tokens.manager, body: { name: "" } })).status).toBe(
    422,
  );
  expect(
    (
      await call("POST", "/v1/screenings", {
        token: tokens.manager,
        body: { name: "x", source: "connector" },
      })
    ).status,
  ).toBe(422);
  const key = { "idempotency-key": "one-and-the-same" };
  const twice = await Promise.all(
    [1, 2].map(() =>
      call("POST", "/v1/screenings", { token: tokens.manager, body: { name: "a.csv" }, headers: key }),
    ),
  );
  expect(twice[0]!.data).toEqual(twice[1]!.data);
  expect((await finish(id, { cancelled: true })).data).toMatchObject({ state: "cancelled" });
});

describe("a table that is streamed through", () => {
  const through = async (raw: BodyInit, type: string, query = "", token = tokens.manager) => {
    const response = await exports.default.fetch(
      new Request(`https://cleardial.test/v1/screenings${query}`, {
        method: "POST",
        headers: { ...anAddress(), authorization: `Bearer ${token}`, "content-type": type },
        body: raw,
      }),
    );
    return { status: response.status, id: response.headers.get("screening-id"), response };
  };

  it("comes back row by row, larger than any request in JSON, and is on record", async () => {
    const rows = Array.from({ length: 25_000 }, (_, i) => {
      const number = `+44${1_632_000_000 + (i % 23_000)}`;
      return `${i},"${"x".repeat(40)}, y",${i === 7 ? "1.6E+09" : number}`;
    });
    const csv = ["id,Name,Phone", ...rows].join("\r\n");
    const bytes = new TextEncoder().encode(csv);
    expect(bytes.length).toBeGreaterThan(1_000_000);
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) controller.close();
        else controller.enqueue(bytes.slice(at, (at += 9_999)));
      },
    });
    const { status, id, response } = await through(body, "text/csv", "?name=big.csv&purpose=general");
    expect(status).toBe(200);
    const lines = (await response.text()).trimEnd().split("\r\n");
    expect(lines[0]).toBe("id,Name,Phone,verdict,reasons,e164,screened at,TPS as of,CTPS as of");
    expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(rows.map((_, i) => String(i)));
    expect(lines[8]).toContain(",unknown,A spreadsheet");
    expect(await detail(id!)).toMatchObject({
      state: "done",
      source: "api",
      name: "big.csv",
      purpose: "general",
      rows: 25_000,
      numbers: 25_000 - 1,
      invalid: 1,
      parts: 3,
    });
  });

  it("as objects, by the columns that were named", async () => {
    const { id, response } = await through(
      '{"a":"020 7946 0102","b":"020 7946 0777"}\n\n{"a":"020 7946 0777","b":""}',
      "application/x-ndjson",
      "?column=a&region=GB",
    );
    const rows = new TextDecoder()
      .decode(await response.arrayBuffer())
      .trimEnd()
      .split("\n");
    expect(rows.map((row) => (JSON.parse(row) as { screening: object }).screening)).toMatchObject([
      { verdict: "blocked", e164: ["+442079460102"], lists: { tps: today(), ctps: today() } },
      { verdict: "clear", e164: ["+442079460777"] },
    ]);
    expect(await detail(id!)).toMatchObject({ rows: 2, numbers: 2, blocked: 1, clear: 1 });
  });

  it("is refused before it begins where it is none, and breaks off where a row does not fit", async () => {
    const code = async (raw: string, type: string, query = "") => {
      const { status, response } = await through(raw, type, query);
      return [status, (await response.json<{ code: string }>()).code];
    };
    expect(await code("Name\nAda\n", "text/csv")).toEqual([400, "bad-request"]);
    expect(await code("Phone\n020 7946 0000\n", "text/csv", "?column=x")).toEqual([400, "bad-request"]);
    expect(await code("{}\n{\n", "application/x-ndjson")).toEqual([400, "bad-request"]);
    expect((await through("Phone\n", "text/csv", "", tokens.agent)).status).toBe(403);
    const wide = `Phone\n${"020 7946 0000\n".repeat(6000)}020 7946 0000,more\n`;
    const { id, response } = await through(wide, "text/csv");
    await expect(response.text()).rejects.toThrow();
    expect(await detail(id!)).toMatchObject({ state: "cancelled" });
  });
});

it("lists them newest first, and openings of one stand on the trail without a number", async () => {
  const page = await call("GET", "/v1/screenings?limit=2", { token: tokens.manager });
  const { screenings, next } = page.data as { screenings: ScreeningAnswer[]; next: string };
  expect(screenings).toHaveLength(2);
  const rest = await call("GET", `/v1/screenings?after=${next}`, { token: tokens.manager });
  expect((rest.data as { screenings: ScreeningAnswer[] }).screenings.at(-1)).toMatchObject({ numbers: 202 });
  expect(await events()).toEqual(
    expect.arrayContaining(["screening.opened", "screening.part", "screening.done", "opened.screening"]),
  );
  const payloads = (await dump("audit_payload")) as { payload: string }[];
  const parts = payloads.flatMap(({ payload }) => (payload.startsWith('{"part":') ? [payload] : []));
  expect(parts.length).toBeGreaterThan(5);
  for (const part of parts)
    expect(part).toMatch(
      /^\{"part":\d+,"numbers":\d+,"clear":\d+,"caution":\d+,"blocked":\d+,"unknown":\d+\}$/,
    );
});

ofAltered();

it("is given up when nobody has gone on with it for a week; a connector ends its own", async () => {
  const begun = await open({ name: "a tab that was closed" });
  const old = await open({ name: "gone on with" });
  const run = await openScreening(env, "system", { source: "connector", name: "House CRM" });
  const states = () => Promise.all([begun, old, run].map(async ({ id }) => (await detail(id)).state));
  const day = (n: number) => Date.now() + n * 86_400_000;
  // Opened two weeks ago, and resumed today.
  await env.DB.prepare("UPDATE screenings SET at = ? WHERE id = ?")
    .bind(new Date(day(-14)).toISOString(), old.id)
    .run();
  expect((await send(old.id, 1, uk(0, 10))).status).toBe(200);
  await sweep(env, day(6));
  expect(await states()).toEqual(["open", "open", "open"]);
  await sweep(env, day(8));
  expect(await states()).toEqual(["cancelled", "cancelled", "open"]);
  expect(await detail(begun.id)).toMatchObject({ finishedAt: expect.any(String) as string });
  // The numbers judged before stay, and none can be added.
  expect(await detail(old.id)).toMatchObject({ numbers: 10 });
  expect((await send(old.id, 2, uk(10, 10))).data).toMatchObject({ code: "screening-over" });
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("goes when policy's time is over, numbers first, and the trail holds", async () => {
  const tables = [
    "screening_answers",
    "screened",
    "screened_bound",
    "screening_parts",
    "screenings",
    "watched",
  ];
  const counts = async () => Promise.all(tables.map(async (t) => (await dump(t)).length));
  const before = await counts();
  await sweep(env, Date.now() + 6 * 86_400_000);
  expect(await counts()).toEqual(before);
  await sweep(env, Date.now() + 8 * 86_400_000);
  expect(await counts()).toEqual([0, ...before.slice(1)]);
  await sweep(env, Date.now() + 13 * MONTH);
  expect(await counts()).toEqual([0, ...before.slice(1, 5), 0]);
  for (let day = 0; day < 3; day++) await sweep(env, Date.now() + 24.1 * MONTH);
  expect(await counts()).toEqual([0, 0, 0, 0, 0, 0]);
  expect(await verify(env)).toMatchObject({ ok: true });
});
