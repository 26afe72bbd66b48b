/** A run says what it achieved: what a CRM ignores, cuts, refuses or does not show is a failure, in the CRM's own words. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { adviceFor } from "../../../shared/connectors/advice.ts";
import type { ConnectorsAnswer, ConnectorTest } from "../../../shared/connectors/api.ts";
import { connectorKinds } from "../../../shared/connectors/kinds.ts";
import { deskConnectorsEn } from "../../../shared/texts/connectors/desk.en.ts";
import { reasonIn } from "../../../worker/connectors/reason.ts";
import { rescreen, takeSlice } from "../../../worker/connectors/run.ts";
import { readChanges } from "../../../worker/connectors/changes/poll.ts";
import { DAY, dump, MINUTE } from "../helpers.ts";
import { add, ask, drain, drive, driven, last, own, requestOf, run, waiting } from "./drive.ts";
import { doubleOf, edit, fill, marked } from "./kit.ts";

drive();

const NUMBERS = Array.from({ length: 12 }, (_, n) => `+44 20 7946 05${String(n).padStart(2, "0")}`);
/** An EspoCRM with contacts, leads and accounts. */
function espo() {
  const crm = doubleOf("espocrm");
  return { crm, ids: [0, 1, 2].map((object) => fill(crm, "espocrm", NUMBERS, object)) };
}
const test = (id: string) => ask<ConnectorTest>("POST", `/${id}/test`);
const mails = async () =>
  ((await dump("outbox")) as { template: string }[]).filter(({ template }) => template === "connector-failed")
    .length;

describe("EspoCRM", () => {
  it("tells what each kind achieved; a test touches no record that holds something", async () => {
    const { crm, ids } = espo();
    const [contact] = crm.records["Contact"]!;
    const before = {
      cClearDialVerdict: "blocked",
      cClearDialDate: "2026-11-01",
      cClearDialReasons: "on TPS",
    };
    Object.assign(contact!.fields, before);
    const { id } = await add(crm, "espocrm");
    const answer = await test(id);
    expect(answer).toMatchObject({ ok: true, error: null, contacts: 36, numbers: 36 });
    expect(answer.kinds.map(({ name, proved }) => [name, proved])).toEqual([
      ["Contact", true],
      ["Lead", true],
      ["Account", true],
    ]);
    expect(contact!.fields).toMatchObject(before);
    expect(marked(crm, ids[0]![1]!)).toEqual([null, null, null]);
    expect(crm.writes).toEqual([]);
    expect(crm.tried).toEqual([`Contact ${ids[0]![1]}`, `Lead ${ids[1]![0]}`, `Account ${ids[2]![0]}`]);
    await run(id, true);
    crm.tried.length = 0;
    const done = await run(id, false);
    expect(done.kinds).toEqual(
      ["Contact", "Lead", "Account"].map((name) => ({
        ...{ name, contacts: 12, written: 12, refused: 0, refusal: null },
      })),
    );
    // It was tried with this very set-up.
    expect(crm.tried).toEqual([]);
  });

  it("without our fields on one kind of record is found out by the test, and by the trial", async () => {
    const { crm } = espo();
    for (const field of Object.values(crm.setup.fields)) crm.lacks.add(`Lead ${field}`);
    const { id } = await add(crm, "espocrm");
    const error = "espocrm: Lead has no field cClearDialVerdict, cClearDialDate, cClearDialReasons";
    expect(await test(id)).toMatchObject({ ok: false, error });
    expect(await run(id, true)).toMatchObject({ state: "failed", error });
    expect(adviceFor(error)).toBe("fields");
    expect(crm.writes).toEqual([]);
  });

  it("with a field that is too short is found out before anything is written", async () => {
    const { crm } = espo();
    crm.longest = 100;
    const { id } = await add(crm, "espocrm");
    const error =
      "espocrm: Contact: 400 Field validation failure; entityType: Contact, field: cClearDialReasons, type: maxLength.";
    expect(await test(id)).toMatchObject({ ok: false, error });
    expect(adviceFor(error)).toBe("longer");
    await run(id, true);
    expect(await run(id, false)).toMatchObject({ state: "failed", written: 0, error });
    expect(crm.writes).toEqual([]);
    // A day later, by then mended, it is tried again and goes on.
    await ask("POST", `/${id}/switch`, { active: true });
    crm.longest = 255;
    await rescreen(own, driven.now + DAY + 1000);
    expect(driven.sent).toHaveLength(1);
  });

  it("with a role that may not edit fails the test, and a run, in the CRM's words, and is told by mail", async () => {
    const { crm } = espo();
    crm.role = "reads";
    const { id } = await add(crm, "espocrm");
    expect(await test(id)).toMatchObject({ ok: false, error: "espocrm: Contact: 403 No edit access." });
    await run(id, true);
    const told = await mails();
    const done = await run(id, false);
    expect(done).toMatchObject({ state: "failed", written: 0, refused: 36 });
    expect(done.error).toContain("Contact: all 12 were refused: 403 No edit access.");
    expect(adviceFor(done.error!)).toBe("rights");
    expect(await mails()).toBe(told + 1);
  });

  it("of which a test finds no empty record is written to by a run, which is looked at by itself", async () => {
    const { crm, ids } = espo();
    const text = "Rang on Monday, wants the long contract";
    for (const { fields } of Object.values(crm.records).flat()) fields["cClearDialReasons"] = text;
    const { id } = await add(crm, "espocrm");
    const answer = await test(id);
    expect(answer).toMatchObject({ ok: true, error: null });
    expect(answer.kinds.map(({ proved }) => proved)).toEqual([false, false, false]);
    await run(id, true);
    expect(crm.tried).toEqual([]);
    expect(
      Object.values(crm.records)
        .flat()
        .every(({ fields }) => fields["cClearDialReasons"] === text),
    ).toBe(true);
    expect(await run(id, false)).toMatchObject({ state: "done", written: 36 });
    expect(crm.tried).toEqual([]);
    expect(marked(crm, ids[0]![0]!)[0]).not.toBeNull();
  });

  it("a few locked records at the beginning of a page fail no test", async () => {
    const { crm, ids } = espo();
    for (const one of ids[0]!.slice(0, 5)) crm.refuses.add(one);
    const { id } = await add(crm, "espocrm");
    expect(await test(id)).toMatchObject({ ok: true, error: null });
  });

  it.each([
    ["a write that was done and not answered", 1],
    ["a CRM that is away before it is emptied", 2],
  ])("a test broken off by %s says what it may have left, or empties it", async (_, from) => {
    const { crm, ids } = espo();
    const { id } = await add(crm, "espocrm");
    let writes = 0;
    crm.instead = async (request) => {
      if (request.method !== "PUT" || ++writes < from) return null;
      if (writes > 1) return from === 2 ? new Response(null, { status: 409 }) : null;
      // Done, and no answer that tells it.
      const body = await request.clone().json<Record<string, unknown>>();
      Object.assign(crm.records["Contact"]![0]!.fields, body);
      return new Response("<html>", { status: 200 });
    };
    const { ok, error } = await test(id);
    expect(ok).toBe(false);
    if (from === 1) expect(marked(crm, ids[0]![0]!)).toEqual([null, null, null]);
    else expect(error).toContain('one record may keep the text "ClearDial tries …"');
  });

  it("a run that marks a record while it is tried keeps its mark", async () => {
    const { crm, ids } = espo();
    const { id } = await add(crm, "espocrm");
    let tried = false;
    crm.instead = (request) => {
      if (request.method === "PUT") tried = true;
      else if (tried) crm.records["Contact"]![0]!.fields["cClearDialVerdict"] = "blocked";
      return null;
    };
    await test(id);
    expect(marked(crm, ids[0]![0]!)[0]).toBe("blocked");
    expect(crm.tried[1]).not.toBe(crm.tried[0]);
  });

  it("a record whose restoring is refused, and that is not on its page again, fails the test", async () => {
    const { crm } = espo();
    const { id } = await add(crm, "espocrm");
    let written = "";
    crm.instead = ({ method, url }) => {
      if (method === "PUT" && written !== "") return new Response(null, { status: 409 });
      if (method === "PUT") written = url.split("/").at(-1)!;
      else if (written !== "" && crm.records["Contact"]![0]!.id === written) crm.records["Contact"]!.shift();
      return null;
    };
    const { ok, error } = await test(id);
    expect(ok).toBe(false);
    expect(error).toContain("does not let us take out: 409");
  });

  it("is not tested while a run goes on", async () => {
    const { crm } = espo();
    const { id } = await add(crm, "espocrm");
    await ask("POST", `/${id}/runs`, { trial: true });
    await expect(test(id)).rejects.toThrow("connector-running");
  });

  it("with other credentials is tried again, on what no run has stored", async () => {
    const { crm } = espo();
    const { id } = await add(crm, "espocrm");
    await test(id);
    await run(id, true);
    await run(id, false);
    fill(crm, "espocrm", [{}], 2);
    await ask("PUT", `/${id}`, requestOf(crm, "espocrm"));
    crm.tried.length = 0;
    await run(id, false);
    expect(crm.tried).toEqual([`Account ${crm.records["Account"]!.at(-1)!.id}`]);
    crm.tried.length = 0;
    await run(id, false);
    expect(crm.tried).toEqual([]);
  });

  it("one kind all refused fails, although the others were written", async () => {
    const { crm, ids } = espo();
    const { id } = await add(crm, "espocrm");
    await test(id);
    await run(id, true);
    for (const one of ids[1]!) crm.refuses.add(one);
    const done = await run(id, false);
    expect(done).toMatchObject({
      ...{ state: "failed", written: 24, refused: 12 },
      error: "espocrm: Lead: all 12 were refused: 403 No edit access.",
    });
    expect(done.kinds[1]).toMatchObject({
      name: "Lead",
      written: 0,
      refused: 12,
      refusal: "403 No edit access.",
    });
    expect(marked(crm, ids[2]![0]!)[0]).not.toBeNull();
    // Some of a kind is no failure of the run.
    for (const one of ids[1]!.slice(1)) crm.refuses.delete(one);
    expect(await run(id, false)).toMatchObject({ state: "done", written: 11, refused: 1 });
    // Nor of a later one, which has nothing else to write.
    const told = await mails();
    expect(await run(id, false)).toMatchObject({ state: "done", written: 0, refused: 1, error: null });
    expect(await mails()).toBe(told);
  });

  it("with a role that may not edit any more fails each run, however little that had to write", async () => {
    const crm = doubleOf("espocrm");
    const ids = fill(
      crm,
      "espocrm",
      Array.from({ length: 30 }, (_, n) => `+44 20 7946 05${String(n).padStart(2, "0")}`),
    );
    const empty = (some: string[]) => {
      for (const { id, fields } of crm.records["Contact"]!)
        if (some.includes(id)) fields[crm.setup.fields.verdict] = "";
    };
    const { id } = await add(crm, "espocrm");
    await run(id, true);
    await run(id, false);
    const told = await mails();
    // Locked records, which are not more at the next run; nor after a trial run, which is refused nothing.
    for (const one of ids.slice(0, 11)) crm.refuses.add(one);
    empty(ids.slice(0, 12));
    expect(await run(id, false)).toMatchObject({ state: "done", written: 1, refused: 11 });
    expect(await run(id, false)).toMatchObject({ state: "done", written: 0, refused: 11 });
    await run(id, true);
    expect(await run(id, false)).toMatchObject({ state: "done", written: 0, refused: 11 });
    crm.refuses.clear();
    expect(await run(id, false)).toMatchObject({ state: "done", written: 11 });
    crm.role = "reads";
    empty(ids.slice(0, 9));
    expect(await run(id, false)).toMatchObject({ state: "done", written: 0, refused: 9 });
    crm.role = "all";
    await run(id, false);
    expect(await mails()).toBe(told);
    crm.role = "reads";
    empty(ids.slice(0, 10));
    const error = "espocrm: Contact: all 10 were refused: 403 No edit access.";
    expect(await run(id, false)).toMatchObject({ state: "failed", error });
    expect(await run(id, false)).toMatchObject({ state: "failed", error });
    expect(await mails()).toBeGreaterThan(told);
    crm.role = "all";
    expect(await run(id, false)).toMatchObject({ state: "done", written: 10 });
  });

  it("with a role that reads only its own is noticed by count, and what was known of the rest is kept", async () => {
    const { crm, ids } = espo();
    const { id } = await add(crm, "espocrm");
    await run(id, true);
    await run(id, false);
    const known = (await dump("connector_numbers")).length;
    crm.role = "own";
    const error = "espocrm: no record was read of Contact, Lead, Account";
    expect(await test(id)).toMatchObject({ ok: false, error });
    expect(await run(id, false)).toMatchObject({ state: "failed", error });
    expect(adviceFor(error)).toBe("unread");
    expect(await dump("connector_numbers")).toHaveLength(known);

    crm.role = "all";
    crm.records["Lead"] = crm.records["Lead"]!.slice(0, 3);
    const fewer = "espocrm: fewer records were read: 3 of Lead, 12 at the run before";
    expect(await run(id, false)).toMatchObject({ state: "failed", error: fewer });
    expect(await dump("connector_numbers")).toHaveLength(known);
    // A person looks at it, by a trial run: it counts from then on.
    expect(await run(id, true)).toMatchObject({ state: "done" });
    expect(await run(id, false)).toMatchObject({ state: "done" });
    expect(await dump("connector_numbers")).toHaveLength(known - 9);
    expect(ids[1]).toHaveLength(12);
  });

  it("that shows nothing at the trial may not be written to", async () => {
    const { crm } = espo();
    crm.role = "own";
    const { id } = await add(crm, "espocrm");
    expect(await run(id, true)).toMatchObject({ state: "failed", contacts: 0 });
    await expect(ask("POST", `/${id}/runs`, { trial: false })).rejects.toThrow("connector-not-tried");
  });
});

it.each(connectorKinds)(
  "%s: what is cut or lost without a word is found out, and nothing else written",
  async (kind) => {
    const crm = doubleOf(kind);
    const [one] = fill(crm, kind, NUMBERS);
    const { id } = await add(crm, kind);
    await run(id, true);
    const { reasons } = crm.setup.fields;
    const record = crm.records[crm.setup.objects[0]!.name]!.find((r) => r.id === one)!;
    // As a CRM does that keeps 100 characters of a text.
    let kept: unknown = null;
    Object.defineProperty(record.fields, reasons, {
      enumerable: true,
      get: () => kept,
      set(text: unknown) {
        kept = typeof text === "string" ? text.slice(0, 100) : text;
      },
    });
    const done = await run(id, false);
    expect(done).toMatchObject({ state: "failed", written: 0 });
    expect(done.error).toContain(`${kind}: ${crm.setup.objects[0]!.name}: ${reasons} keeps `);
    expect(done.error).toMatch(/ (?:99|100) of 255 characters$/);
    expect(crm.writes).toEqual([]);
    expect(marked(crm, one!)).toEqual([null, null, null]);
  },
);

it.each(connectorKinds.filter((kind) => kind !== "rest"))(
  "%s: the field for consents here is tried with the others, and emptied: one that cuts its text is found out before anything is written",
  async (kind) => {
    const crm = doubleOf(kind);
    const field = kind === "pipedrive" ? "f".repeat(40) : "cTold_Of";
    const { name } = Object.assign(crm.setup.objects[0]!, { consentOut: field });
    const [one] = fill(crm, kind, NUMBERS);
    const { id } = await add(crm, kind);
    const { fields } = crm.records[name]!.find((record) => record.id === one)!;
    const isEmpty = () => expect([fields[field] ?? null, ...marked(crm, one!)]).toEqual(Array(4).fill(null));
    let longest = 40;
    let kept: unknown = null;
    Object.defineProperty(fields, field, {
      enumerable: true,
      get: () => kept,
      set(text: unknown) {
        kept = typeof text === "string" ? text.slice(0, longest) : text;
      },
    });
    const error = `${kind}: ${name}: ${field} keeps 40 of 71 characters`;
    expect(await test(id)).toMatchObject({ ok: false, error });
    isEmpty();
    await run(id, true);
    expect(await run(id, false)).toMatchObject({ state: "failed", written: 0, error });
    expect(crm.writes).toEqual([]);
    longest = 71;
    const { ok, kinds: tried } = await test(id);
    expect([ok, tried[0]]).toMatchObject([true, { name, proved: true }]);
    isEmpty();
  },
);

it.each(connectorKinds.filter((kind) => kind !== "rest"))(
  "%s: the fields for who objected and when are tried with the others, and emptied: one that cuts its text, or takes no day, is found out before anything is written",
  async (kind) => {
    const crm = doubleOf(kind);
    const [flag, by, at] = ["0", "e", "f"].map((digit, n) =>
      kind === "pipedrive" ? digit.repeat(40) : ["Flag_Of", "By_Of", "At_Of"][n]!,
    );
    const { name } = Object.assign(crm.setup.objects[0]!, { flag, flagBy: by, flagAt: at });
    const [one] = fill(crm, kind, NUMBERS);
    const { id } = await add(crm, kind);
    const { fields } = crm.records[name]!.find((record) => record.id === one)!;
    const isEmpty = () =>
      expect([by!, at!, flag!].map((field) => fields[field] ?? null).concat(marked(crm, one!))).toEqual(
        Array(6).fill(null),
      );
    let longest = 40;
    let day = false;
    const kept: Record<string, unknown> = {};
    const takes = (field: string, as: (text: string) => string | null) =>
      Object.defineProperty(fields, field, {
        enumerable: true,
        get: () => kept[field] ?? null,
        set(text: unknown) {
          kept[field] = typeof text === "string" ? as(text) : text;
        },
      });
    takes(by!, (text) => text.slice(0, longest));
    takes(at!, (text) => (day ? text : null));
    const short = `${kind}: ${name}: what was written is not in ${by}, ${at}`;
    expect(await test(id)).toMatchObject({ ok: false, error: short });
    isEmpty();
    day = true;
    const error = `${kind}: ${name}: ${by} keeps 40 of 60 characters`;
    await run(id, true);
    expect(await run(id, false)).toMatchObject({ state: "failed", written: 0, error });
    expect(crm.writes).toEqual([]);
    isEmpty();
    longest = 60;
    const { ok, kinds: tried } = await test(id);
    expect([ok, tried[0]]).toMatchObject([true, { name, proved: true }]);
    isEmpty();
  },
);

it("who objected and when are not tried where somebody wrote them, or the flag is set", async () => {
  const crm = doubleOf("espocrm");
  const { name } = Object.assign(crm.setup.objects[0]!, { flagBy: "cBy", flagAt: "cAt" });
  const rows = [{ cBy: "Anna" }, { cAt: "2026-01-02" }, { doNotCall: true }];
  fill(
    crm,
    "espocrm",
    rows.map((row) => ({ phoneNumber: "020 7946 0555", ...row })),
  );
  const { id } = await add(crm, "espocrm");
  const { ok, kinds: tried } = await test(id);
  expect([ok, tried[0], crm.tried]).toMatchObject([true, { name, proved: false }, []]);
});

it("the field for consents is not tried where it holds what is no text", async () => {
  const crm = doubleOf("espocrm");
  const { name } = Object.assign(crm.setup.objects[0]!, { consentOut: "cTold" });
  const [one] = fill(crm, "espocrm", [{ phoneNumber: "020 7946 0555", cTold: ["a", "b"] }]);
  const { id } = await add(crm, "espocrm");
  const { ok, kinds: tried } = await test(id);
  expect([ok, tried[0]]).toMatchObject([true, { name, proved: false }]);
  expect(crm.records[name]!.find((record) => record.id === one)!.fields["cTold"]).toEqual(["a", "b"]);
});

const changesOf = async (id: string) =>
  (await ask<ConnectorsAnswer>("GET", "")).connectors.find((one) => one.id === id)!.changes;

it.each([
  ["hubspot", "cell_phone", "consent_day"],
  ["pipedrive", "d".repeat(40), "e".repeat(40)],
] as const)(
  "%s, which says nothing of a field that it does not have: a misspelt one with numbers, or a consent, ends the test and each run",
  async (kind, numbers, consentAt) => {
    const crm = doubleOf(kind);
    const object = crm.setup.objects[0]!;
    object.numbers = [...object.numbers, numbers];
    object.consentAt = consentAt;
    const [one] = fill(crm, kind, [{ [object.numbers[0]!]: "020 7946 0555", [numbers]: "020 7946 0000" }]);
    const { id } = await add(crm, kind);
    await run(id, true);
    await run(id, false);
    crm.writes = [];
    // The CRM's people rename them.
    for (const name of [numbers, consentAt]) crm.lacks.add(`${object.name} ${name}`);
    edit(crm, one!, { [numbers]: null });
    const error = `${kind}: ${object.name} has no field ${numbers}, ${consentAt}`;
    expect(await test(id)).toMatchObject({ ok: false, error });
    expect(adviceFor(error)).toBe("fields");
    for (const trial of [true, false])
      expect(await run(id, trial)).toMatchObject({ state: "failed", written: 0, error });
    expect(crm.writes).toEqual([]);
    // Nor is a record that changes marked by half of its numbers.
    await ask("POST", `/${id}/switch`, { active: true });
    const clock = driven.now;
    crm.clock = () => driven.now;
    driven.now += 6 * MINUTE;
    edit(crm, one!, { Renamed: "020 7946 0000" });
    for (const _ of [1, 2]) {
      driven.now += 6 * MINUTE;
      await readChanges(own, waiting);
    }
    expect([crm.writes, await changesOf(id)]).toMatchObject([[], { error }]);
    await ask("POST", `/${id}/switch`, { active: false });
    driven.now = clock;
  },
);

it("HubSpot: a property of its own that an account has not got holds no number, and stops nothing", async () => {
  const crm = doubleOf("hubspot");
  crm.lacks.add("contacts hs_whatsapp_phone_number");
  fill(crm, "hubspot", NUMBERS);
  const { id } = await add(crm, "hubspot");
  expect(await run(id, true)).toMatchObject({ state: "done" });
});

it("what arrives nowhere although it was tried is found out in the run, by kind", async () => {
  const crm = doubleOf("salesforce");
  fill(crm, "salesforce", NUMBERS);
  fill(crm, "salesforce", NUMBERS, 1);
  fill(crm, "salesforce", NUMBERS, 2);
  const { id } = await add(crm, "salesforce");
  await test(id);
  await run(id, true);
  crm.instead = async (request) => {
    if (request.method !== "PATCH") return null;
    const { records } = await request
      .clone()
      .json<{ records: { id: string; attributes: { type: string } }[] }>();
    return records[0]!.attributes.type === "Lead"
      ? Response.json(records.map(({ id }) => ({ id, success: true, errors: [] })))
      : null;
  };
  expect(await run(id, false)).toMatchObject({
    ...{ state: "running", failures: 1 },
    error: "salesforce: Lead: what was written is not in its field",
  });
});

it("a run of before, which did not count by kind, is compared as a whole", async () => {
  const { crm } = espo();
  const { id } = await add(crm, "espocrm");
  await run(id, true);
  await run(id, false);
  await env.DB.exec("DELETE FROM connector_runs");
  await env.DB.exec(
    `INSERT INTO connector_runs (id, connector, trial, state, contacts, by, at, moved_at, finished_at)
     SELECT 'before', num, 0, 'done', 36, 'x', at, at, at FROM connectors`.replace(/\s+/g, " "),
  );
  await env.DB.exec("UPDATE connectors SET proved = NULL");
  expect((await last(id)).kinds).toEqual([]);
  crm.tried.length = 0;
  for (const name of ["Contact", "Lead"]) crm.records[name] = [];
  expect(await run(id, false)).toMatchObject({
    state: "failed",
    error: "espocrm: fewer records were read: 12, 36 at the run before",
  });
  expect(crm.tried).toEqual([]);
});

it("a run that an older Worker began is compared by what both read of it", async () => {
  const { crm } = espo();
  const { id } = await add(crm, "espocrm");
  await run(id, true);
  await run(id, false);
  await ask("POST", `/${id}/runs`, { trial: false });
  // 12 contacts a slice: the older one counts no kinds.
  await takeSlice(own, driven.sent.shift()!, waiting, 12);
  await env.DB.exec("UPDATE connector_runs SET kinds = '{}' WHERE state = 'running'");
  await drain(12);
  const done = await last(id);
  expect(done).toMatchObject({ state: "done", error: null, contacts: 36, kinds: [] });
  // The next one has nothing by kind to be compared with.
  crm.records["Lead"] = [];
  crm.records["Contact"] = [];
  const fewer = "espocrm: fewer records were read: 12, 36 at the run before";
  expect(await run(id, false)).toMatchObject({ state: "failed", error: fewer });
});

describe("a CRM's own reason", () => {
  const headers = (of: Record<string, string>) => new Headers(of);
  it.each([
    [
      {
        messageTranslation: {
          label: "validationFailure",
          scope: null,
          data: { field: "cX", type: "maxLength" },
        },
      },
      "validationFailure cX maxLength",
    ],
    [
      [
        {
          statusCode: "STRING_TOO_LONG",
          message: "Reasons: data value too large: Dora",
          fields: ["ClearDial_Reasons__c"],
        },
      ],
      "STRING_TOO_LONG ClearDial_Reasons__c",
    ],
    [
      {
        status: "error",
        category: "VALIDATION_ERROR",
        message: "Dora",
        errors: [{ code: "PROPERTY_DOESNT_EXIST", context: { propertyName: ["cleardial_verdict"] } }],
      },
      "VALIDATION_ERROR PROPERTY_DOESNT_EXIST cleardial_verdict",
    ],
    [
      {
        code: "INVALID_DATA",
        details: { expected_data_type: "text", maximum_length: 100, api_name: "ClearDial_Reasons" },
        message: "Dora",
        status: "error",
      },
      "INVALID_DATA text 100 ClearDial_Reasons",
    ],
    [
      {
        status: "error",
        category: "MISSING_SCOPES",
        errors: [{ context: { requiredGranularScopes: ["crm.objects.contacts.sensitive.write"] } }],
      },
      "MISSING_SCOPES crm.objects.contacts.sensitive.write",
    ],
    [{ error: { code: "0x80044331", message: "of the 'contact' entity" } }, "0x80044331"],
    [{ success: false, error: "Person Dora not found", code: "ERR_NOT_FOUND" }, "ERR_NOT_FOUND"],
    [{ error: "020 7946 0000", code: "+442079460000", field: "02079460000" }, ""],
    [null, ""],
    ["words", ""],
    [{ a: { a: { a: { a: { a: { a: { a: { code: "deep" } } } } } } } }, ""],
  ])("is read from %j, without its sentences", (data, said) => {
    expect(reasonIn(data)).toBe(said);
  });
  it("or from a header, without what may be somebody's", () => {
    expect(reasonIn(null, headers({ "x-status-reason": "No edit access." }))).toBe("No edit access.");
    expect(
      reasonIn(null, headers({ "x-status-reason": 'Bad "Dora" +44 20 7946 0000, dora@example.com' })),
    ).toBe("Bad … …, …");
    expect(
      reasonIn(null, headers({ "www-authenticate": 'Bearer error="insufficient_scope", scope="x"' })),
    ).toBe("insufficient_scope");
    expect(reasonIn(null, headers({ "x-status-reason": "x".repeat(5000) }))).toHaveLength(200);
  });
  it("has an advice with words, or none", () => {
    expect(adviceFor("hubspot: 418")).toBeNull();
    for (const [error, advice] of [
      ["hubspot: 401", "signIn"],
      ["rest: 429", "later"],
      ["dynamics: another host", "address"],
      ["pipedrive: sealed under another key", "sealed"],
      ["espocrm: Contact: 400 Field validation failure; field: cX, type: valid.", "options"],
    ] as const) {
      expect(adviceFor(error)).toBe(advice);
      expect(deskConnectorsEn.advice[advice]).toMatch(/\.$/);
    }
  });
});

it("a mapped CRM whose changes may replace a record is tried neither by the test nor by a run", async () => {
  const crm = doubleOf("rest");
  crm.setup.settings["method"] = "PUT";
  // One without a number, which a run leaves as it is.
  const [bare, other] = fill(crm, "rest", [{}, NUMBERS[0]!]);
  const { id } = await add(crm, "rest");
  expect(await test(id)).toMatchObject({ ok: true, kinds: [{ proved: false }] });
  await run(id, true);
  expect(await run(id, false)).toMatchObject({ state: "done", written: 1 });
  expect(crm.tried).toEqual([]);
  expect(crm.writes).toEqual([`contacts ${other}`]);
  expect(marked(crm, bare!)).toEqual([null, null, null]);
});

/**
 * HubSpot with a property of contacts that it lists to who asks for its sensitivity. `values`: what it answers of it; without the scope it
 * is not documented whether the property is left out, or is null.
 */
function sensitive(of: "sensitive" | "highly_sensitive", values: "given" | "null" | "left out") {
  const crm = doubleOf("hubspot");
  crm.setup.objects[0]!.numbers = ["phone", "private_line"];
  const ids = fill(crm, "hubspot", [
    { phone: "020 7946 0554" },
    { phone: null, private_line: "020 7946 0555" },
  ]);
  const says = { values };
  const filled = Date.now();
  crm.instead = (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/crm/v3/properties/contacts") {
      const others = Object.values(crm.setup.fields).concat("phone");
      const names = { [of]: ["private_line"] }[searchParams.get("dataSensitivity") ?? ""];
      const some = searchParams.has("dataSensitivity") ? (names ?? []) : others;
      return Response.json({ results: some.map((name) => ({ name, type: "string" })) });
    }
    const isList = pathname === "/crm/v3/objects/contacts";
    if (says.values === "given" || (!isList && pathname !== "/crm/v3/objects/contacts/search")) return null;
    const contacts = crm.records["contacts"]!.filter(({ at }) => isList || at > filled);
    return Response.json({
      results: contacts.map(({ id, fields }) => {
        const { private_line: _, ...others } = fields;
        return { id, properties: { ...others, ...(says.values === "null" && { private_line: null }) } };
      }),
    });
  };
  return { crm, ids, says };
}
const needs = (of: string) =>
  `hubspot: no value of private_line is in the first 100 of contacts: as it is sensitive, it needs the scope crm.objects.contacts.${of}.read, and a value there`;

it("HubSpot: a set-up may name a sensitive property", async () => {
  const { crm } = sensitive("sensitive", "given");
  const { id } = await add(crm, "hubspot");
  expect(await test(id)).toMatchObject({ ok: true, numbers: 2 });
  expect(await run(id, true)).toMatchObject({ state: "done", numbers: 2 });
});

it.each([
  ["sensitive", "left out"],
  ["sensitive", "null"],
  ["highly_sensitive", "null"],
] as const)(
  "HubSpot: without the scope of a %s property, which is then %s, its test and runs say which it is, instead of reading it as empty",
  async (of, values) => {
    const { crm } = sensitive(of, values);
    const { id } = await add(crm, "hubspot");
    expect(await test(id)).toMatchObject({ ok: false, error: needs(of) });
    expect(await run(id, true)).toMatchObject({ state: "failed", error: needs(of) });
    expect(adviceFor(needs(of))).toBe("rights");
  },
);

it("HubSpot: a changed record without a value of a sensitive property is read while others show that it can be read", async () => {
  const { crm, ids, says } = sensitive("sensitive", "given");
  const { id } = await add(crm, "hubspot");
  await run(id, true);
  await run(id, false);
  await ask("POST", `/${id}/switch`, { active: true });
  crm.clock = () => driven.now;
  const read = async (record: string, phone: string) => {
    driven.now += 6 * MINUTE;
    edit(crm, record, { phone });
    for (const _ of [1, 2]) {
      driven.now += 6 * MINUTE;
      await readChanges(own, waiting);
    }
    return (await changesOf(id))!.error;
  };
  expect(await read(ids[0]!, "020 7946 0556")).toBeNull();
  // The scope is taken away.
  says.values = "null";
  crm.writes = [];
  expect(await read(ids[1]!, "020 7946 0557")).toBe(needs("sensitive"));
  expect(crm.writes).toEqual([]);
});

describe("a pointer of a mapped CRM that leads to nothing", () => {
  const rows = NUMBERS.map((number, n) =>
    n === 0 ? { "/phone": number, mobile: null } : { "/phone": number },
  );
  it("is told by the test and by runs, where no record has it", async () => {
    const crm = doubleOf("rest");
    const object = crm.setup.objects[0]!;
    Object.assign(object, { numbers: ["/phone", "/phon", "/mobile"], country: "/land" });
    fill(crm, "rest", rows);
    const { id } = await add(crm, "rest");
    const absent = ["/phon", "/land"];
    expect(await test(id)).toMatchObject({ ok: true, kinds: [{ name: "contacts", absent }] });
    // A slice may have no record with it, and another one.
    const done = await run(id, true);
    expect(done).toMatchObject({ state: "done", kinds: [{ name: "contacts", absent }] });
  });

  it("ends the test and each run where no number is read by any", async () => {
    const crm = doubleOf("rest");
    crm.setup.objects[0]!.numbers = ["/phon", "/tel/*/value"];
    fill(crm, "rest", rows);
    const { id } = await add(crm, "rest");
    const error = "rest: no record of contacts has a field /phon, /tel/*/value";
    expect(await test(id)).toMatchObject({ ok: false, error });
    expect(await run(id, true)).toMatchObject({ state: "failed", error });
    expect(adviceFor(error)).toBe("fields");
  });

  it("fails no test whose first page is of contacts without a number, as another page may have some", async () => {
    const crm = doubleOf("rest");
    fill(crm, "rest", [
      ...Array.from({ length: 120 }, () => ({ name: "A" })),
      { [crm.setup.objects[0]!.numbers[0]!]: "020 7946 0556" },
    ]);
    const { id } = await add(crm, "rest");
    const { numbers } = crm.setup.objects[0]!;
    const tried = await test(id);
    expect(tried).toMatchObject({ ok: true, numbers: 0 });
    expect(tried.kinds[0]!.absent).toEqual(expect.arrayContaining(numbers));
    expect(await run(id, true)).toMatchObject({ state: "done", numbers: 1 });
  });

  it("is none where some record has it, also on another page, or where a list is empty", async () => {
    const crm = doubleOf("rest");
    crm.setup.objects[0]!.numbers = ["/phone", "/late", "/tel/*/value"];
    fill(crm, "rest", [
      ...Array.from({ length: 120 }, () => ({ "/phone": "020 7946 0555", tel: [] })),
      { "/phone": "020 7946 0556", tel: [], late: "" },
    ]);
    const { id } = await add(crm, "rest");
    const [tried] = (await test(id)).kinds;
    expect(tried).toMatchObject({ absent: ["/late", "/country"] });
    const done = await run(id, true);
    expect(done.kinds).toMatchObject([{ name: "contacts", absent: ["/country"] }]);
  });
});
