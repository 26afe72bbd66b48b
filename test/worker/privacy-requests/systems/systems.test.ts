/** A decided request reaches each connected system: what it holds is listed, and its end is there, or it is a task. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import type { Connector } from "../../../../shared/connectors/api.ts";
import { holding } from "../../connectors/held.ts";
import { requestOf } from "../../connectors/drive.ts";
import { type Calls } from "../../connectors/held.ts";
import { type Double, doubleOf, fill } from "../../connectors/kit.ts";
import { call, DAY, dump, MONTH, setPolicy } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { sweep } from "../../../../worker/jobs/housekeeping.ts";
import { makeTasks } from "../../../../worker/privacy-requests/systems/day-tasks.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import {
  act,
  called,
  confirmAll,
  done,
  draft,
  fileOn,
  officer,
  read,
  taken,
  tokens,
  today,
  upload,
  verified,
  withTeam,
} from "../kit.ts";

withTeam();

let crm: Double;
let calls: Calls[];
let connector: string;
beforeEach(async () => {
  crm = doubleOf("hubspot");
  calls = holding(crm, "hubspot");
  const { data } = await call("POST", "/v1/connectors", { token: tokens.admin, body: requestOf(crm) });
  connector = (data as Connector).id;
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await call("DELETE", `/v1/connectors/${connector}`, { token: tokens.admin });
});

const systemsOf = async (id: string): Promise<RequestSystem[]> => (await read(officer, id)).systems!;
const only = async (id: string): Promise<RequestSystem> => (await systemsOf(id))[0]!;
const describeIt = (own: object) =>
  setPolicy(() => ({
    recipients: [
      {
        ...{ kind: "connector", name: "HubSpot", host: "api.hubapi.com", role: "processor", country: "IE" },
        ...{ contract: "DPA", fields: ["number"], ...own },
      },
    ],
  }));
const requested = async (kind: "access" | "erasure") => {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number, { kind });
  await confirmAll(officer, id);
  return { id, number };
};
const owes = async (id: string) =>
  (await read(officer, id)).request.duties.flatMap(({ kind, state }) => (state === "open" ? [kind] : []));
const written = async (id: string) => (await draft(officer, id, "decision")).replace(/\[.*?\]/g, "-");

describe("an erasure", () => {
  it("lists what the system holds, owes it until an officer says what was done, and certifies it", async () => {
    await describeIt({ backupDays: 30 });
    const { id, number } = await requested("erasure");
    const [contact] = fill(crm, "hubspot", [number]);
    calls.push({
      of: contact!,
      id: "501",
      fields: { hs_call_recording_url: "https://x.example/a", hs_call_has_transcript: "true" },
    });
    await done(officer, id, "systems");
    const found = await only(id);
    expect(found).toMatchObject({
      ...{
        name: "Our CRM",
        host: "api.hubapi.com",
        region: "eu1",
        problem: null,
        outcome: null,
        erases: false,
      },
      records: [
        {
          object: "contacts",
          id: contact,
          what: ["record"],
          link: expect.stringContaining(`/0-1/${contact}`) as string,
        },
        { object: "calls", id: "501", what: ["call", "recording", "transcript"] },
      ],
    });
    await done(officer, id, "decide", { decision: "comply" });
    expect(await owes(id)).toContain("erase");
    // Without a word on each system there is neither an end nor a certificate.
    const text = await written(id);
    expect(text).toContain("Our CRM: we are erasing what it holds of you");
    expect(
      await act(officer, id, "letters", {
        kind: "decision",
        how: "post",
        text: text.replace("Our CRM", "It"),
      }),
    ).toMatchObject({
      code: "letter-lacks",
    });
    await done(officer, id, "letters", { kind: "decision", how: "post", text });
    await done(officer, id, "recipients", { none: true });
    expect(await act(officer, id, "close")).toMatchObject({ code: "request-wants" });
    const trail = await dump("audit");
    expect((await call("GET", `/v1/requests/${id}/certificate`, { token: officer })).status).toBe(409);
    // Nothing was read.
    expect(await dump("audit")).toEqual(trail);
    const said = { outcome: "erased", how: "Ada deleted the contact" };
    expect(await act(officer, id, `systems/${found.id}`, { ...said, outcome: "given" })).toMatchObject({
      code: "invalid",
    });
    expect(await act(officer, id, `systems/${found.id}`, { ...said, outcome: "kept" })).toMatchObject({
      code: "invalid",
    });
    expect(await act(officer, id, `systems/${found.id}`, { ...said, on: "2099-01-01" })).toMatchObject({
      code: "invalid",
    });
    await done(officer, id, `systems/${found.id}`, said);
    expect(await owes(id)).not.toContain("erase");
    const { data } = await call("GET", `/v1/requests/${id}/certificate`, { token: officer });
    const certificate = (data as { text: string }).text;
    expect(certificate).toMatch(
      /Our CRM \(api\.hubapi\.com, data in eu1\): erased on .*Its backups keep it until /,
    );
    expect(certificate).not.toContain("Dora");
    expect(certificate).not.toContain(number.slice(-9));
    await done(officer, id, "close");
    expect((await only(id)).backupsUntil! > today()).toBe(true);
  });

  it("that was decided before anybody looked has a task for each system; one that holds nothing is no task", async () => {
    const { id } = await requested("erasure");
    await done(officer, id, "decide", { decision: "comply" });
    expect(await only(id)).toMatchObject({ lookedAt: null, outcome: null });
    expect(await owes(id)).toContain("erase");
    await done(officer, id, "systems");
    expect(await only(id)).toMatchObject({ outcome: "nothing", problem: null, doneOn: today() });
    expect(await owes(id)).not.toContain("erase");
  });

  it("never takes a system that cannot be read for one that holds nothing", async () => {
    const { id } = await requested("erasure");
    crm.instead = () => Response.json({ category: "MISSING_SCOPES" }, { status: 403 });
    await done(officer, id, "systems");
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "systems");
    const system = await only(id);
    expect(system).toMatchObject({
      outcome: null,
      records: [],
      problem: expect.stringContaining("MISSING_SCOPES") as string,
    });
    expect(await owes(id)).toContain("erase");
    // Nor one that is not connected any more.
    await call("DELETE", `/v1/connectors/${connector}`, { token: tokens.admin });
    await done(officer, id, "systems");
    expect(await only(id)).toMatchObject({ outcome: null, problem: "removed" });
    await done(officer, id, `systems/${system.id}`, { outcome: "nothing", how: "looked in it with Bo" });
    expect(await owes(id)).not.toContain("erase");
  });

  it("is done there by its API where the policy's recipient lets it, and what is refused stays a task", async () => {
    const { id, number } = await requested("erasure");
    const [hers, locked] = fill(crm, "hubspot", [number, number]);
    await done(officer, id, "systems");
    const { id: system } = await only(id);
    const records = [hers, locked].map((one) => ({ object: "contacts", id: one }));
    expect(await act(officer, id, `systems/${system}/erase`, { records })).toMatchObject({
      code: "request-not-now",
    });
    await done(officer, id, "decide", { decision: "comply" });
    expect(await act(officer, id, `systems/${system}/erase`, { records })).toMatchObject({
      code: "request-wants",
    });
    expect(crm.records["contacts"]).toHaveLength(2);
    await done(officer, id, "systems");
    await describeIt({ erases: true, backupDays: 7 });
    expect(
      await act(officer, id, `systems/${system}/erase`, { records: [{ object: "contacts", id: "another" }] }),
    ).toMatchObject({ code: "invalid" });
    crm.refuses.add(locked!);
    await done(officer, id, `systems/${system}/erase`, { records });
    expect((await only(id)).records).toMatchObject([
      { id: hers, erasedOn: today(), why: null },
      { id: locked, erasedOn: null, why: expect.stringContaining("MISSING_SCOPES") as string },
    ]);
    expect(await owes(id)).toContain("erase");
    crm.refuses.clear();
    await done(officer, id, `systems/${system}/erase`, { records: [records[1]] });
    expect(await only(id)).toMatchObject({ outcome: "erased", doneOn: today() });
    expect(await owes(id)).not.toContain("erase");
    const { results } = await env.DB.prepare(
      "SELECT subject FROM audit WHERE code = 'request.system-erasing'",
    ).all();
    expect(results).toEqual([{ subject: id }, { subject: id }]);
  });

  it("erases nothing there by hand of a machine where a part was refused", async () => {
    const { id, number } = await requested("erasure");
    const [hers] = fill(crm, "hubspot", [number]);
    await describeIt({ erases: true });
    const [item] = (await read(officer, id)).items;
    const deny = [{ id: item!.id, ground: "protection", reasons: "a claim" }];
    await called(tokens.admin, { number });
    await done(officer, id, "match");
    await confirmAll(officer, id);
    await done(officer, id, "decide", { decision: "partial", deny });
    await done(officer, id, "systems");
    const { id: system } = await only(id);
    expect(
      await act(officer, id, `systems/${system}/erase`, { records: [{ object: "contacts", id: hers }] }),
    ).toMatchObject({ code: "request-not-now" });
    expect(crm.records["contacts"]).toHaveLength(1);
    await done(officer, id, `systems/${system}`, { outcome: "kept", how: "the record of that call alone" });
  });
});

describe("an access", () => {
  it("waits with its letter until each system's data was given, or it holds nothing", async () => {
    await describeIt({});
    const { id, number } = await requested("access");
    fill(crm, "hubspot", [number]);
    await done(officer, id, "systems");
    await done(officer, id, "decide", { decision: "comply" });
    expect(await act(officer, id, "export")).toMatchObject({ why: "given" });
    const text = await written(id);
    expect(await act(officer, id, "letters", { kind: "decision", how: "post", text })).toMatchObject({
      code: "request-wants",
    });
    const { id: system } = await only(id);
    const given = { outcome: "given", how: "exported the contact" };
    expect(await act(officer, id, `systems/${system}`, { ...given, file: "none" })).toMatchObject({
      code: "invalid",
    });
    await upload(id, "scan");
    const file = await fileOn(id, "scan");
    await done(officer, id, `systems/${system}`, { ...given, file });
    expect(await only(id)).toMatchObject({ outcome: "given", file, backupsUntil: null });
    await done(officer, id, "export");
    const letter = await written(id);
    expect(letter).toContain("Our CRM: we give it to you with this letter");
    await done(officer, id, "letters", { kind: "decision", how: "post", text: letter });
    await taken(officer, id);
    await done(officer, id, "close");
  });
});

it("looks by numbers, and by an address only once it is confirmed", async () => {
  const { number } = await called(tokens.admin);
  const [theirs] = fill(crm, "hubspot", [{ email: "eve@example.com" }]);
  const unproved = await verified(officer, number, { email: "eve@example.com", proved: false });
  await done(officer, unproved, "systems");
  expect(await only(unproved)).toMatchObject({ outcome: "nothing" });
  const proved = await verified(officer, number, { email: "eve@example.com" });
  await done(officer, proved, "systems");
  expect((await only(proved)).records).toMatchObject([{ id: theirs }]);
  const asked = await dump("disclosures");
  expect(asked).toContainEqual(
    expect.objectContaining({ kind: "connector", host: "api.hubapi.com", what: "look" }),
  );
});

const found = async () => (await deepOf(["request_systems"])).found;
it("what was said of a system is bound: altered, or gone, it is found", async () => {
  const { id } = await requested("erasure");
  await done(officer, id, "systems");
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "systems");
  expect(await found()).toEqual([]);
  await run("UPDATE request_systems SET outcome = 'erased', how = 'so they say' WHERE request = ?", id);
  expect(await found()).not.toEqual([]);
  await run("UPDATE request_systems SET outcome = 'nothing', how = '' WHERE request = ?", id);
  expect(await found()).toEqual([]);
  await run("DELETE FROM request_systems WHERE request = ?", id);
  expect(await found()).not.toEqual([]);
});

it("the end of retention makes a task for each system, once the number's last recording goes; it names no number", async () => {
  const now = Date.now();
  const { number } = await called(tokens.admin, { startedAt: new Date(now - 363 * DAY).toISOString() });
  await called(tokens.admin, { number, startedAt: new Date(now - 350 * DAY).toISOString() });
  const num = await env.DB.prepare("SELECT num FROM connectors WHERE id = ?")
    .bind(connector)
    .first<number>("num");
  await run(
    `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
     VALUES (?, 'contacts', '77', 'phone', 0, ?, 'clear', '2024-01-01', 1)`,
    ...[num, Number(number.slice(1))],
  );
  const tasks = async () =>
    ((await call("GET", "/v1/system-tasks", { token: officer })).data as { tasks: Record<string, unknown>[] })
      .tasks;
  await eraseDue(env, now + 5 * DAY);
  await makeTasks(env, now + 6 * DAY);
  expect(await dump("certificates")).not.toEqual([]);
  expect(await tasks()).toEqual([]);
  await eraseDue(env, now + 20 * DAY);
  await makeTasks(env, now + 21 * DAY);
  const [task] = await tasks();
  const records = [["contacts", "77"]];
  expect(task).toMatchObject({ connector, name: "Our CRM", kind: "hubspot", records, doneOn: null });
  expect(JSON.stringify(task)).not.toContain(number.slice(-9));
  const said = (body: object) =>
    call("POST", `/v1/system-tasks/${String(task!["id"])}`, { token: officer, body });
  expect((await said({ how: "deleted", on: "2099-01-01" })).status).toBe(422);
  vi.useFakeTimers({ now: now + 21 * DAY, toFake: ["Date"] });
  expect((await said({ how: "deleted", backupsUntil: "2099-01-01" })).status).toBe(200);
  vi.useRealTimers();
  expect(await tasks()).toEqual([]);
  expect((await deepOf(["system_tasks"])).found).toEqual([]);
  // Two years after it was done it goes; one that is open never does.
  await sweep(env, now + 26 * MONTH);
  expect(await dump("system_tasks")).toEqual([]);
  expect((await deepOf(["system_tasks"], now + 26 * MONTH)).found).toEqual([]);
});
