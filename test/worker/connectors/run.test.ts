/** Runs: what is written, and that an interrupted run loses nothing and does nothing twice. */
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { ConnectorRun, ConnectorsAnswer } from "../../../shared/connectors/api.ts";
import type { Failed, WorkAnswer } from "../../../shared/jobs/api.ts";
import { connectorReasons } from "../../../shared/texts/connectors/marks.en.ts";
import { reasonCodes } from "../../../shared/check/verdict.ts";
import { markTurned, sendMarks } from "../../../worker/connectors/turned.ts";
import type { Slice } from "../../../worker/connectors/message.ts";
import { contactOf } from "../../../worker/connectors/records.ts";
import { rescreen, takeSlice } from "../../../worker/connectors/run.ts";
import { consume } from "../../../worker/jobs/queues.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import worker from "../../../worker/index.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { add, ask, drain, drive, driven, last, own, refusal, requestOf, run, waiting } from "./drive.ts";
import { type Double, doubleOf, fill, marked } from "./kit.ts";
import { vendors } from "./vendors.ts";
import { Queues } from "../jobs/work-queue.ts";
import { deep, findingsIn, namesColumn } from "../trail/kit.ts";
import { asOwner, DAY, daysAgo, dump, MINUTE, push, today, under } from "../helpers.ts";

drive();
beforeAll(async () => {
  for (const list of ["tps", "ctps"])
    await push(driven.tokens.admin, list, ["+442079460000", "+442079460001", "+353852222222"]);
});

const screeningOf = async ({ screening }: ConnectorRun) =>
  env.DB.prepare("SELECT * FROM screenings WHERE id = ?").bind(screening).first();
const counts = ({ contacts, clear, blocked, unknown, none, written, refused }: ConnectorRun) => ({
  ...{ contacts, clear, blocked, unknown, none, written, refused },
});

/** What the report of disclosures says of CRMs. */
const sent = async () =>
  (
    await env.DB.prepare(
      "SELECT host, what, SUM(items) AS records FROM disclosures WHERE kind = 'connector' GROUP BY 1, 2",
    ).all()
  ).results;

describe("a CRM", () => {
  it("is tried before anything is written, and then written to where something differs", async () => {
    const crm = doubleOf("hubspot");
    const [barred, clear, both, irish, none, text] = fill(crm, "hubspot", [
      "020 7946 0000",
      "+44 20 7946 0555",
      { phone: "020 7946 0556", mobilephone: "020 7946 0001 or 020 7946 0557" },
      { phone: "085 222 2222", country: "Ireland" },
      {},
      { phone: "ask reception" },
    ]);
    const { id } = await add(crm);
    expect(await ask("POST", `/${id}/test`)).toMatchObject({
      ...{ ok: true, error: null, contacts: 6, numbers: 7 },
      // There is no company to try them on.
      kinds: [
        { name: "contacts", contacts: 6, numbers: 7, proved: true },
        { name: "companies", contacts: 0, numbers: 0, proved: false },
      ],
    });
    expect(marked(crm, barred!)).toEqual([null, null, null]);
    expect(await refusal("POST", `/${id}/runs`, { trial: false })).toMatchObject({
      code: "connector-not-tried",
    });
    expect(await refusal("POST", `/${id}/switch`, { active: true })).toMatchObject({
      code: "connector-not-tried",
    });

    const trial = await run(id, true);
    const found = { contacts: 6, clear: 1, blocked: 3, unknown: 1, none: 1, written: 5, refused: 0 };
    expect(counts(trial)).toEqual(found);
    expect(trial).toMatchObject({ state: "done", trial: true, screening: null, invalid: 1, numbers: 6 });
    expect(crm.writes).toEqual([]);
    expect(await sent()).toEqual([]);
    expect(await dump("connector_numbers")).toEqual([]);
    expect(await dump("screenings")).toEqual([]);

    const done = await run(id, false);
    expect(counts(done)).toEqual(found);
    expect(await sent()).toEqual([{ host: "api.hubapi.com", what: "marks", records: 5 }]);
    expect(marked(crm, barred!)).toEqual(["blocked", today(), expect.stringMatching(/^on \S+.*, on /)]);
    expect(marked(crm, clear!)).toEqual(["clear", today(), null]);
    expect(marked(crm, both!)).toEqual([
      "blocked",
      today(),
      expect.stringContaining("+44 20 7946 0001: on "),
    ]);
    // Read as Irish, as its record says: the register lists the Irish reading and not the British one.
    expect(marked(crm, irish!)[0]).toBe("blocked");
    expect(marked(crm, none!)).toEqual([null, null, null]);
    expect(marked(crm, text!)).toEqual(["unknown", today(), "not a telephone number"]);
    expect(await screeningOf(done)).toMatchObject({
      ...{ source: "connector", name: "Our CRM", state: "done", rows: 6, numbers: 6, invalid: 1 },
    });

    // Again: nothing differs, and nothing is written.
    crm.writes.length = 0;
    expect(await run(id, false)).toMatchObject({ contacts: 6, written: 0 });
    expect(crm.writes).toEqual([]);
    // One record's verdict was changed by hand, another lost a number, a third was deleted.
    const at = (one: string) => crm.records["contacts"]!.find((record) => record.id === one)!;
    at(clear!).fields["cleardial_verdict"] = "blocked";
    at(barred!).fields["phone"] = "";
    crm.records["contacts"] = crm.records["contacts"]!.filter((record) => record.id !== both);
    expect(await run(id, false)).toMatchObject({ contacts: 5, written: 2 });
    expect(marked(crm, clear!)[0]).toBe("clear");
    expect(marked(crm, barred!)).toEqual([null, null, null]);
    const kept = (await dump("connector_numbers")) as { record: string }[];
    expect(kept.map(({ record }) => record).sort()).toEqual([clear, irish, text].sort());
    // Switched off: its numbers are erased after 60 days.
    await sweep(own, driven.now + 59 * DAY);
    expect(await dump("connector_numbers")).toHaveLength(3);
    await sweep(own, driven.now + 61 * DAY);
    expect(await dump("connector_numbers")).toEqual([]);
  });

  it("has dates written again at every screening where that is wanted", async () => {
    const crm = doubleOf("espocrm");
    const [one] = fill(crm, "espocrm", ["020 7946 0555"]);
    crm.setup.dates = "screened";
    const { id } = await add(crm, "espocrm");
    await run(id, true);
    await run(id, false);
    driven.now += 2 * DAY;
    expect(await run(id, false)).toMatchObject({ written: 1 });
    expect(marked(crm, one!)[1]).toBe(daysAgo(-2));
  });

  it("says which records it refused, and they are tried again by the next run", async () => {
    const crm = doubleOf("salesforce");
    const [locked, open] = fill(crm, "salesforce", ["020 7946 0000", "020 7946 0555"]);
    crm.refuses.add(locked!);
    const { id } = await add(crm, "salesforce");
    await run(id, true);
    expect(await run(id, false)).toMatchObject({ written: 1, refused: 1, refusal: "ENTITY_IS_LOCKED" });
    expect(marked(crm, open!)[0]).toBe("clear");
    crm.refuses.clear();
    expect(await run(id, false)).toMatchObject({ written: 1, refused: 0 });
    expect(marked(crm, locked!)[0]).toBe("blocked");
  });
});

it("a CRM that takes a field it does not have without a word is found out before anything is written", async () => {
  const crm = doubleOf("espocrm");
  fill(crm, "espocrm", ["020 7946 0000", "020 7946 0555"]);
  const { id } = await add(crm, "espocrm");
  await run(id, true);
  crm.instead = ({ method, url }) =>
    method === "PUT" ? Response.json({ id: new URL(url).pathname.split("/").at(-1) }) : null;
  await ask("POST", `/${id}/runs`, { trial: false });
  await takeSlice(own, driven.sent.shift()!, waiting);
  expect(await last(id)).toMatchObject({
    ...{ state: "failed", written: 0 },
    error:
      "espocrm: Contact: what was written is not in cClearDialVerdict, cClearDialDate, cClearDialReasons",
  });
  expect(await dump("connector_numbers")).toEqual([]);
});

describe("a run that is cut off", () => {
  const numbers = Array.from({ length: 12 }, (_, i) => `020 7946 00${String(i).padStart(2, "0")}`);
  /** Ready for a run of four slices. */
  async function ready(kind: "pipedrive" | "rest" = "rest") {
    const crm = doubleOf(kind);
    const ids = fill(crm, kind, numbers);
    if (kind === "rest") crm.setup.settings["list"] = "/api/contacts?limit=3";
    const { id } = await add(crm, kind);
    await ask("POST", `/${id}/test`);
    await run(id, true, 3);
    await ask("POST", `/${id}/runs`, { trial: false });
    return { crm, ids, id };
  }
  const whole = { contacts: 12, clear: 10, blocked: 2, unknown: 0, none: 0, written: 12, refused: 0 };
  const once = (crm: Double, ids: string[]) =>
    expect(crm.writes).toEqual(ids.map((one) => `contacts ${one}`));

  it("between slices goes on where it was: a lost message is sent again, one that came twice does nothing", async () => {
    const { crm, ids, id } = await ready();
    const slice = driven.sent.shift()!;
    await takeSlice(own, slice, waiting, 3);
    expect(await last(id)).toMatchObject({ state: "running", contacts: 3, written: 3 });
    // The Worker died before it sent the message.
    driven.sent = [];
    await rescreen(own, driven.now);
    expect(driven.sent).toEqual([]);
    driven.now += 16 * MINUTE;
    await rescreen(own, driven.now);
    expect(driven.sent).toEqual([{ run: slice.run, slice: 1 }]);
    const [again] = driven.sent;
    await Promise.all([takeSlice(own, again!, waiting, 3), takeSlice(own, again!, waiting, 3)]);
    await takeSlice(own, slice, waiting, 3);
    await takeSlice(own, again!, waiting, 3);
    expect(await last(id)).toMatchObject({ contacts: 6 });
    await drain(3);
    const done = await last(id);
    expect(counts(done)).toEqual(whole);
    once(crm, ids);
    expect(await screeningOf(done)).toMatchObject({ state: "done", numbers: 12, rows: 12 });
  });

  it("within a slice does it again, and writes what was written to no second time", async () => {
    const { crm, ids, id } = await ready();
    // The CRM fails at the second record of the second slice, and nothing more is written.
    let writes = 0;
    crm.instead = (request) =>
      request.method !== "GET" && ++writes > 4 ? new Response(null, { status: 500 }) : null;
    await drainOnce(2);
    expect(crm.writes).toHaveLength(4);
    expect(await last(id)).toMatchObject({ contacts: 3, failures: 1, error: "rest: 500" });
    expect(driven.sent).toEqual([expect.objectContaining({ slice: 1, delaySeconds: 60 })]);
    // Too early: it waits.
    await takeSlice(own, driven.sent[0]!, waiting, 3);
    expect(await last(id)).toMatchObject({ contacts: 3 });
    crm.instead = () => null;
    driven.now += 2 * MINUTE;
    await drain(3);
    const done = await last(id);
    // The record that was written before the failure no longer differs.
    expect(counts(done)).toEqual({ ...whole, written: 11 });
    expect(done).toMatchObject({ failures: 0, error: null });
    once(crm, ids);
    expect(await screeningOf(done)).toMatchObject({ state: "done", numbers: 12 });
  });

  it("and goes on when the recorded answer is kept no more screens anew", async () => {
    const { crm, ids, id } = await ready();
    crm.instead = (request) => (request.method === "GET" ? null : new Response(null, { status: 500 }));
    await drainOnce(1);
    crm.instead = () => null;
    await env.DB.exec("DELETE FROM screening_answers");
    driven.now += 8 * DAY;
    await drain(3);
    expect(await last(id)).toMatchObject({ state: "done", contacts: 12, failures: 0 });
    once(crm, ids);
  });

  it("and whose CRM has changed meanwhile screens what is there now", async () => {
    const { crm, ids, id } = await ready();
    crm.instead = (request) => (request.method === "GET" ? null : new Response(null, { status: 500 }));
    await drainOnce(1);
    crm.instead = () => null;
    crm.records["contacts"]![1]!.fields["/phone"] = "020 7946 0777";
    driven.now += 2 * MINUTE;
    await drain(3);
    expect(counts(await last(id))).toEqual({ ...whole, clear: 11, blocked: 1 });
    expect(marked(crm, ids[1]!)[0]).toBe("clear");
  });

  it("can be stopped, changed only then, and removed", async () => {
    const { crm, id } = await ready();
    expect(await refusal("PUT", `/${id}`, requestOf(crm, "rest"))).toMatchObject({
      code: "connector-running",
    });
    expect(await refusal("POST", `/${id}/runs`, { trial: true })).toMatchObject({
      code: "connector-running",
    });
    await drainOnce(1);
    await ask("POST", `/${id}/stop`);
    await drain(3);
    const stopped = await last(id);
    expect(stopped).toMatchObject({ state: "stopped", contacts: 3 });
    expect(await screeningOf(stopped)).toMatchObject({ state: "cancelled", numbers: 3 });
    expect(await refusal("POST", `/${id}/stop`)).toMatchObject({ code: "connector-idle" });
    // Other fields: the trial run does not count for them.
    crm.setup.fields.reasons = "/cleardial/why";
    expect(await ask("PUT", `/${id}`, requestOf(crm, "rest"))).toMatchObject({
      triedAt: null,
      active: false,
    });
    await ask("DELETE", `/${id}`);
    for (const table of ["connectors", "connector_runs", "connector_numbers"])
      expect(await dump(table)).toEqual([]);
  });

  it("as the CRM replaced its token says so, and goes on by the new one: each record is written once", async () => {
    const { crm, ids, id } = await ready();
    await drainOnce(1);
    crm.instead = (request) =>
      request.headers.get("authorization") === "Bearer new"
        ? Promise.resolve(vendors.rest.answer(crm, request, new URL(request.url)))
        : Response.json({ code: "INVALID_TOKEN" }, { status: 401 });
    await drainOnce(1);
    expect(await last(id)).toMatchObject({
      ...{ state: "running", contacts: 3, failures: 1, error: "rest: 401 INVALID_TOKEN" },
    });
    await ask("POST", `/${id}/stop`);
    driven.sent = [];
    const secret = { header: "Authorization", value: "Bearer new" };
    await ask("PUT", `/${id}`, { ...requestOf(crm, "rest"), secret });
    expect(await run(id, false, 3)).toMatchObject({ state: "done", contacts: 12, written: 9, refused: 0 });
    once(crm, ids);
  });

  it("once it has ended, however it did, is bound: what is altered of it is named, and with its connector it goes", async () => {
    await adopt(env);
    const { id } = await ready();
    const deepRuns = () => findingsIn("connector_runs");
    const { num } = (await env.DB.prepare("SELECT num FROM connectors WHERE id = ?")
      .bind(id)
      .first<{ num: number }>())!;
    // While it goes on nothing binds it.
    const trials = (await deep("connector_runs")).bound.every;
    await drainOnce(1);
    await Promise.all([ask("POST", `/${id}/stop`), drainOnce(1)]);
    await drain(3);
    const stopped = await last(id);
    expect(stopped.state).toBe("stopped");
    const done = await run(id, false, 3);
    expect(done.state).toBe("done");
    expect(await deep("connector_runs")).toMatchObject({
      findings: [],
      bound: { every: trials + 2, none: 0 },
    });
    for (const [run, column, value] of [
      [done, "state", "'failed'"],
      [done, "contacts", "contacts + 1"],
      [done, "written", "written - 1"],
      [done, "finished_at", "substr(finished_at, 1, 23)"],
      [stopped, "by", "'x'"],
      [stopped, "numbers", "numbers + 1"],
    ] as const)
      await asOwner(["connector_runs"], async () => {
        await env.DB.prepare("CREATE TABLE aside AS SELECT * FROM connector_runs WHERE id = ?")
          .bind(run.id)
          .run();
        await env.DB.prepare(`UPDATE connector_runs SET ${column} = ${value} WHERE id = ?`)
          .bind(run.id)
          .run();
        expect(await deepRuns(), column).toEqual([namesColumn(`${num}/${run.id}`, column)]);
        await env.DB.prepare(
          `UPDATE connector_runs SET ${column} = (SELECT ${column} FROM aside) WHERE id = ?`,
        )
          .bind(run.id)
          .run();
        await env.DB.prepare("DROP TABLE aside").run();
      });
    await asOwner(["connector_runs"], async () => {
      await env.DB.prepare("CREATE TABLE aside AS SELECT * FROM connector_runs WHERE id = ?")
        .bind(done.id)
        .run();
      await env.DB.prepare("DELETE FROM connector_runs WHERE id = ?").bind(done.id).run();
      expect(await deepRuns()).toEqual([`missing ${num}/${done.id}`]);
      await env.DB.prepare("INSERT INTO connector_runs SELECT * FROM aside").run();
      await env.DB.prepare("DROP TABLE aside").run();
    });
    await ask("DELETE", `/${id}`);
    expect(await deepRuns()).toEqual([]);
  });

  const drainOnce = async (slices: number) => {
    for (let n = 0; n < slices; n++) await takeSlice(own, driven.sent.shift()!, waiting, 3);
  };
});

describe("failures", () => {
  it("back off, are told by mail at the third, given up at the tenth, and begun again a day later", async () => {
    const crm = doubleOf("hubspot");
    fill(crm, "hubspot", ["020 7946 0555"]);
    const { id } = await add(crm);
    await run(id, true);
    await ask("POST", `/${id}/switch`, { active: true });
    await ask("POST", `/${id}/runs`, { trial: false });
    crm.instead = () => new Response(null, { status: 500 });
    const mails = async () =>
      ((await dump("outbox")) as { template: string; vals: string }[])
        .filter(({ template, vals }) => template === "connector-failed" && vals.includes("hubspot: 500"))
        .map(({ vals }) => (JSON.parse(vals) as { stage: string }).stage);
    const delays: number[] = [];
    for (let n = 1; n <= 10; n++) {
      await takeSlice(own, driven.sent.shift()!, waiting);
      expect(await mails()).toHaveLength(n < 3 ? 0 : n < 10 ? 1 : 2);
      const delay = driven.sent[0]?.delaySeconds ?? 0;
      delays.push(delay / 60);
      driven.now += delay * 1000;
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 240, 0]);
    expect(await last(id)).toMatchObject({ state: "failed", failures: 10, error: "hubspot: 500" });
    expect(await mails()).toEqual(["again", "over"]);
    await rescreen(own, driven.now + DAY - MINUTE);
    expect(driven.sent).toEqual([]);
    await rescreen(own, driven.now + DAY);
    expect(driven.sent).toHaveLength(1);
  });

  it("a day's quota that is used up is waited for as long as the CRM says", async () => {
    const crm = doubleOf("pipedrive");
    fill(crm, "pipedrive", ["020 7946 0555"]);
    const { id } = await add(crm, "pipedrive");
    await run(id, true);
    await ask("POST", `/${id}/runs`, { trial: false });
    crm.instead = () => new Response(null, { status: 429, headers: { "retry-after": "20000" } });
    await takeSlice(own, driven.sent.shift()!, waiting);
    expect(await last(id)).toMatchObject({ due: new Date(driven.now + 20_000_000).toISOString() });
    expect(driven.sent[0]).toMatchObject({ delaySeconds: 20_000 });
    // The longest wait is a day, even where the time is beyond any date.
    await env.DB.exec("UPDATE connector_runs SET due = NULL, lease = NULL WHERE state = 'running'");
    crm.instead = () => new Response(null, { status: 429, headers: { "retry-after": "9".repeat(20) } });
    await takeSlice(own, driven.sent.shift()!, waiting);
    expect(await last(id)).toMatchObject({ due: new Date(driven.now + DAY).toISOString() });
    // A wait is no failure, unless nothing moves for a day.
    expect(await last(id)).toMatchObject({ failures: 0, error: "pipedrive: 429" });
    driven.now += DAY + MINUTE;
    await takeSlice(own, driven.sent[0]!, waiting);
    expect(await last(id)).toMatchObject({ failures: 1 });
  });
});

it("is screened anew by itself after policy's days, once it is switched on", async () => {
  const crm = doubleOf("hubspot");
  const [one] = fill(crm, "hubspot", ["020 7946 0555"]);
  const { id } = await add(crm);
  await run(id, true);
  await rescreen(own, driven.now);
  expect(driven.sent).toEqual([]);
  await ask("POST", `/${id}/switch`, { active: true });
  await rescreen(own, driven.now);
  await drain();
  expect(marked(crm, one!)[0]).toBe("clear");
  const { at } = await last(id);
  const begun = Date.parse(at);
  const [shown] = (await ask<ConnectorsAnswer>("GET", "")).connectors;
  expect(shown).toMatchObject({ nextAt: new Date(begun + 27 * DAY).toISOString(), verified: false });
  await rescreen(own, begun + 27 * DAY - 1);
  expect(driven.sent).toEqual([]);
  await rescreen(own, begun + 27 * DAY);
  await rescreen(own, begun + 27 * DAY);
  expect(driven.sent).toHaveLength(1);
  expect(await last(id)).toMatchObject({ by: "system", state: "running" });
});

it("a number that turns is marked at once, without the CRM being read, and again where it was away", async () => {
  const crm = doubleOf("hubspot");
  const [one, two] = fill(crm, "hubspot", [
    { phone: "020 7946 0601", mobilephone: "020 7946 0602" },
    "020 7946 0603",
  ]);
  const { id } = await add(crm);
  await run(id, true);
  await run(id, false);
  await ask("POST", `/${id}/switch`, { active: true });
  crm.writes.length = 0;
  crm.requests.length = 0;
  const object = (number: string) =>
    under(own, "POST", "/v1/suppressions", {
      token: driven.tokens.admin,
      body: { number, reason: "They asked", scope: "line" },
    });
  await object("020 7946 0602");
  expect(marked(crm, one!)).toEqual(["blocked", today(), "+44 20 7946 0602: told us not to call"]);
  expect(marked(crm, two!)[0]).toBe("clear");
  expect(crm.requests).toEqual(["POST api.hubapi.com/crm/v3/objects/contacts/batch/update"]);

  crm.instead = () => new Response(null, { status: 401 });
  await object("020 7946 0603");
  const shown = async () => (await ask<ConnectorsAnswer>("GET", "")).connectors[0]!;
  expect(await shown()).toMatchObject({ error: "hubspot: 401" });
  const told = async () =>
    ((await dump("outbox")) as { key: string }[]).filter(({ key }) => key.includes(":mark:")).length;
  for (const minutes of [6, 11]) {
    expect(await told()).toBe(0);
    driven.now += minutes * MINUTE;
    await markTurned(own, waiting);
  }
  expect(await told()).toBe(1);
  crm.instead = () => null;
  driven.now += 21 * MINUTE;
  await markTurned(own, waiting);
  expect(marked(crm, two!)[0]).toBe("blocked");
  expect(await shown()).toMatchObject({ error: null });
  expect(crm.writes).toEqual([`contacts ${one}`, `contacts ${two}`]);
  await markTurned(own, waiting);
  expect(crm.writes).toHaveLength(2);
});

it("what turns while the CRM is written to stands there in the end, whoever was late", async () => {
  const crm = doubleOf("hubspot");
  const [one, two] = fill(crm, "hubspot", ["020 7946 0701", "020 7946 0702"]);
  const { id } = await add(crm);
  await run(id, true);
  await run(id, false);
  const active = (on: boolean) => ask("POST", `/${id}/switch`, { active: on });
  await active(true);
  const token = driven.tokens.admin;
  const object = (number: string) =>
    under(own, "POST", "/v1/suppressions", { token, body: { number, reason: "They asked" } });
  /** Between the judging of the next write and its arrival. */
  const beforeTheNextWrite = (work: () => Promise<unknown>) => {
    crm.instead = async ({ method }) => {
      if (method === "GET") return null;
      crm.instead = () => null;
      await work();
      return null;
    };
  };
  // A run judged both clear, and writes to the record whose field somebody emptied.
  for (const { fields } of crm.records["contacts"]!) fields["cleardial_verdict"] = "";
  beforeTheNextWrite(() => object("020 7946 0701"));
  await run(id, false);
  await markTurned(own, waiting);
  expect([marked(crm, one!)[0], marked(crm, two!)[0]]).toEqual(["blocked", "clear"]);

  // The scheduled marking judged it clear.
  await object("020 7946 0702");
  await active(false);
  await under(own, "DELETE", "/v1/suppressions/+442079460702", { token, body: { reason: "Mistaken" } });
  await active(true);
  beforeTheNextWrite(() => object("020 7946 0702"));
  await markTurned(own, waiting);
  expect(marked(crm, two!)[0]).toBe("blocked");

  // Nor does a second marker begin beside it, whatever somebody does with the connector meanwhile.
  const { secret: _, ...kept } = requestOf(crm);
  const sendAgain = () => under(own, "POST", "/v1/work/marks/again", { token, body: { ids: [id] } });
  for (const meanwhile of [
    () => active(true),
    () => ask("PUT", `/${id}`, kept),
    () => env.DB.exec("UPDATE connectors SET failures = 3").then(sendAgain),
  ]) {
    await active(false);
    await under(own, "DELETE", "/v1/suppressions/+442079460702", { token, body: { reason: "Mistaken" } });
    await active(true);
    beforeTheNextWrite(async () => {
      await meanwhile();
      await object("020 7946 0702");
    });
    await markTurned(own, waiting);
    expect(marked(crm, two!)[0], String(meanwhile)).toBe("blocked");
  }
});

it("a number that many records hold is marked in steps, each of which stays done", async () => {
  const crm = doubleOf("rest");
  fill(
    crm,
    "rest",
    Array.from({ length: 12 }, () => "020 7946 0801"),
  );
  const { id } = await add(crm, "rest");
  await run(id, true);
  await run(id, false);
  const token = driven.tokens.admin;
  await under(own, "POST", "/v1/suppressions", {
    token,
    body: { number: "020 7946 0801", reason: "They asked" },
  });
  await ask("POST", `/${id}/switch`, { active: true });
  crm.writes.length = 0;
  crm.instead = () => (crm.writes.length >= 7 ? new Response(null, { status: 500 }) : null);
  await markTurned(own, waiting, 5);
  expect(crm.writes).toHaveLength(7);
  crm.instead = () => null;
  driven.now += 6 * MINUTE;
  await markTurned(own, waiting, 5);
  // Five stayed; the two of the failed step were written again.
  expect(crm.writes).toHaveLength(7 + 7);
  const records = crm.records["contacts"]!;
  expect(records.every((record) => marked(crm, record.id)[0] === "blocked")).toBe(true);
  await markTurned(own, waiting, 5);
  expect(crm.writes).toHaveLength(14);
});

it("with queues, what turned is a message for each CRM; lost, the clock sends it again, and twice it writes once", async () => {
  const crm = doubleOf("hubspot");
  const [one] = fill(crm, "hubspot", ["020 7946 0611"]);
  const { id } = await add(crm);
  await run(id, true);
  await run(id, false);
  await ask("POST", `/${id}/switch`, { active: true });
  crm.writes.length = 0;
  const queues = new Queues();
  await under(queues.on(own), "POST", "/v1/suppressions", {
    token: driven.tokens.admin,
    body: { number: "020 7946 0611", reason: "They asked", scope: "line" },
  });
  const marks = () => queues.sent.filter(({ kind }) => kind === "marks");
  expect(marks()).toEqual([{ kind: "marks", ids: [id] }]);
  expect(crm.writes).toEqual([]);
  queues.sent = [];
  await sendMarks(queues.on(own), Date.now());
  queues.sent.push(...marks());
  await queues.deliver(own, Date.now);
  expect(marked(crm, one!)[0]).toBe("blocked");
  expect(crm.writes).toHaveLength(1);
  await sendMarks(queues.on(own), Date.now());
  expect(queues.sent).toEqual([]);
});

it("the queue's messages are slices, and acknowledged", async () => {
  const crm = doubleOf("hubspot");
  fill(crm, "hubspot", ["020 7946 0555"]);
  const { id } = await add(crm);
  await ask("POST", `/${id}/runs`, { trial: true });
  const body = driven.sent.shift()!;
  const batch = createMessageBatch<Slice>("cleardial-slices", [
    { id: "1", timestamp: new Date(), attempts: 1, body },
  ]);
  const context = createExecutionContext();
  await worker.queue(batch, own);
  const result = await getQueueResult(batch, context);
  expect(result).toMatchObject({ outcome: "ok", retryMessages: [] });
  expect(await last(id)).toMatchObject({ state: "done", contacts: 1 });
});

it("every reason has its words for the CRM", () => {
  for (const code of reasonCodes) expect(connectorReasons[code], code).toBeTruthy();
});

it("a CRM that says what is no text is not put right: such a number is not known, and such a record is left alone", async () => {
  const crm = doubleOf("hubspot");
  const [nul, half, country, whole] = fill(crm, "hubspot", [
    { phone: "+44 20 7946 0555\0" },
    { phone: "+44 20 7946 0555\ud800" },
    { phone: "020 7946 0555", country: "Ire\0land" },
    { phone: "+44 20 7946 0555" },
  ]);
  crm.records["contacts"]!.push({ id: "9\ud800", fields: { phone: "+44 20 7946 0000" }, at: 0 });
  const { id } = await add(crm);
  await run(id, true);
  expect(counts(await run(id, false))).toMatchObject({ contacts: 4, unknown: 3, clear: 1, refused: 1 });
  for (const one of [nul, half, country]) expect(marked(crm, one!)[0]).toBe("unknown");
  expect(marked(crm, whole!)[0]).toBe("clear");
  expect(JSON.stringify(await dump("connector_numbers"))).not.toContain("\ufffd");
  // Two accounts that differ stay two, though the database would end both at the same place.
  const accounts = ["A\0B", "A\0C"].map(
    (said) =>
      contactOf("1", { name: "contacts", numbers: [], account: "company" }, crm.setup.fields, () => said)
        .account,
  );
  expect(accounts).toEqual(["A\\u0000B", "A\\u0000C"]);
});

describe("work that is seen", () => {
  const work = async (path: string, body?: object) =>
    (await under(own, body ? "POST" : "GET", `/v1/work${path}`, { token: driven.tokens.admin, body })).data;
  const runs = async () => ((await work("")) as WorkAnswer).work.find(({ kind }) => kind === "runs")!;
  const failedRuns = async () => ((await work("/runs/failed")) as { failed: Failed[] }).failed;

  it("a run that does not move waits since then; one that failed is listed, and begins again when it is sent", async () => {
    const crm = doubleOf("hubspot");
    fill(crm, "hubspot", ["020 7946 0000"]);
    const { id } = await add(crm);
    await run(id, true);
    await ask("POST", `/${id}/switch`, { active: true });
    expect(await runs()).toMatchObject({ waiting: 0, failed: 0 });
    await ask("POST", `/${id}/runs`, { trial: false });
    const moved = new Date(driven.now - 2 * DAY).toISOString();
    await env.DB.prepare("UPDATE connector_runs SET moved_at = ? WHERE state = 'running'").bind(moved).run();
    expect(await runs()).toMatchObject({ waiting: 1, oldest: moved, failed: 0 });

    // A message that failed each time comes by the queue of the dead: the run waits, and is told like any failure.
    const [slice] = driven.sent.splice(0);
    const dead = createMessageBatch("cleardial-dead", [
      { id: "1", timestamp: new Date(), attempts: 1, body: slice! },
    ]);
    await consume(dead, own, () => driven.now);
    expect((await getQueueResult(dead, createExecutionContext())).retryMessages).toEqual([]);
    expect(await last(id)).toMatchObject({ state: "running", failures: 1, error: "internal" });
    expect(driven.sent.splice(0)).toMatchObject([{ ...slice, delaySeconds: expect.any(Number) as number }]);

    await env.DB.exec("UPDATE connector_runs SET failures = 3, due = '2099-01-01' WHERE state = 'running'");
    expect(await failedRuns()).toMatchObject([{ id, what: "Our CRM", failures: 3, due: "2099-01-01" }]);
    expect(await work("/runs/again", { ids: [id] })).toEqual({ again: 1 });
    await rescreen(own, driven.now);
    expect(driven.sent.splice(0)).toEqual([{ run: slice!.run, slice: 0 }]);

    const at = new Date(driven.now).toISOString();
    await env.DB.prepare(
      "UPDATE connector_runs SET state = 'failed', finished_at = ?, failures = 10 WHERE state = 'running'",
    )
      .bind(at)
      .run();
    expect(await failedRuns()).toMatchObject([{ id, failures: 10 }]);
    await rescreen(own, driven.now + MINUTE);
    expect(driven.sent).toEqual([]);
    expect(await work("/runs/leave", { ids: [id], reason: "x" })).toMatchObject({ code: "work-stays" });
    driven.now += MINUTE;
    vi.useFakeTimers({ toFake: ["Date"], now: driven.now });
    await work("/runs/again", { ids: [id] });
    vi.useRealTimers();
    await rescreen(own, driven.now + MINUTE);
    expect(driven.sent).toHaveLength(1);
    // That another begins is no end of it: one has to end well.
    expect(await failedRuns()).toMatchObject([{ id, failures: 0, since: expect.any(String) as string }]);
    expect(await runs()).toMatchObject({ failed: 1 });
    await env.DB.prepare(
      "UPDATE connector_runs SET state = 'done', finished_at = at WHERE state = 'running'",
    ).run();
    expect(await failedRuns()).toEqual([]);
  });
});
