/** What a look says holds however often, and with whatever answers, the systems are looked at: nothing found is never said too early. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Connector } from "../../../../shared/connectors/api.ts";
import type { RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import { requestOf } from "../../connectors/drive.ts";
import { holding } from "../../connectors/held.ts";
import { type Double, doubleOf, fill } from "../../connectors/kit.ts";
import { call, setPolicy } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import {
  act,
  called,
  confirmAll,
  done,
  draft,
  officer,
  read,
  tokens,
  today,
  verified,
  withTeam,
} from "../kit.ts";

withTeam();

let crm: Double;
const connectors: string[] = [];
const connect = async (own: object = {}) => {
  const body = { ...requestOf(crm), ...own };
  const { data } = await call("POST", "/v1/connectors", { token: tokens.admin, body });
  connectors.push((data as Connector).id);
  return (data as Connector).id;
};
beforeEach(async () => {
  crm = doubleOf("hubspot");
  holding(crm, "hubspot");
  await connect();
  await setPolicy(() => ({
    recipients: [
      {
        ...{ kind: "connector", name: "HubSpot", host: "api.hubapi.com", role: "processor", country: "IE" },
        ...{ contract: "DPA", fields: ["number"], erases: true, backupDays: 30 },
      },
    ],
  }));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const id of connectors.splice(0))
    await call("DELETE", `/v1/connectors/${id}`, { token: tokens.admin });
});

const all = async (id: string): Promise<RequestSystem[]> => (await read(officer, id)).systems!;
const only = async (id: string): Promise<RequestSystem> => (await all(id))[0]!;
const requested = async (kind: "access" | "erasure" = "erasure") => {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number, { kind });
  await confirmAll(officer, id);
  return { id, number };
};
const look = (id: string) => done(officer, id, "systems");
const decide = (id: string, body: object = { decision: "comply" }) => done(officer, id, "decide", body);
const eraseThere = (id: string, system: string, ids: readonly string[]) =>
  act(officer, id, `systems/${system}/erase`, {
    records: ids.map((one) => ({ object: "contacts", id: one })),
  });
const owes = async (id: string) =>
  (await read(officer, id)).request.duties.some(({ kind, state }) => kind === "erase" && state === "open");
const refuse = () => (crm.instead = () => Response.json({ category: "MISSING_SCOPES" }, { status: 403 }));
const answerAgain = () => holding(crm, "hubspot");

describe("who is sought", () => {
  it("is whom the decision names, though it erases where their numbers were", async () => {
    const own = (await called(tokens.admin)).number;
    const of = (await called(tokens.admin)).number;
    const [consented, listed] = ["+442079460311", "+442079460312"];
    const consent = {
      ...{ number: consented, basis: "consent", givenBy: "Dora", givenAt: `${today()}T00:00:00Z` },
      evidence: "form",
    };
    expect((await call("POST", "/v1/consents", { token: tokens.manager, body: consent })).status).toBe(201);
    const entry = { number: listed, kind: "house", reason: "asked" };
    expect((await call("POST", "/v1/suppressions", { token: tokens.manager, body: entry })).status).toBe(201);
    const id = await verified(officer, own, { kind: "erasure" });
    await done(officer, id, "match", { numbers: [of, consented, listed] });
    await confirmAll(officer, id);
    await decide(id);
    await vi.waitFor(
      async () =>
        expect(
          await env.DB.prepare("SELECT COUNT(*) AS n FROM recordings WHERE state <> 'erased' AND number = ?")
            .bind(Number(of.slice(1)))
            .first("n"),
        ).toBe(0),
      { timeout: 20_000 },
    );
    const ids = fill(crm, "hubspot", [of, consented, listed]);
    await look(id);
    expect((await only(id)).records.map((one) => one.id).sort()).toEqual(ids.sort());
    expect(await only(id)).toMatchObject({ outcome: null });
    expect((await deepOf(["request_systems"])).found).toEqual([]);
  });

  it("is asked again at the decision, also where nothing was found before it", async () => {
    const { id, number } = await requested();
    await look(id);
    expect(await only(id)).toMatchObject({ outcome: "nothing" });
    await decide(id);
    expect(await only(id)).toMatchObject({ outcome: null, problem: "before" });
    expect(await owes(id)).toBe(true);
    const [hers] = fill(crm, "hubspot", [number]);
    await look(id);
    expect(await only(id)).toMatchObject({ outcome: null, records: [{ id: hers }] });
  });

  it("is asked again once an address is confirmed", async () => {
    const { number } = await called(tokens.admin);
    const id = await verified(officer, number, { email: "eve@example.com", proved: false });
    await confirmAll(officer, id);
    await decide(id);
    await look(id);
    expect(await only(id)).toMatchObject({ outcome: "nothing" });
    const [theirs] = fill(crm, "hubspot", [{ email: "eve@example.com" }]);
    await run("UPDATE requests SET proved_at = '2026-01-01T00:00:00.000Z', rev = rev + 1 WHERE id = ?", id);
    await look(id);
    expect(await only(id)).toMatchObject({ outcome: null, records: [{ id: theirs }] });
  });
});

describe("what an earlier look found", () => {
  it("stays as gone where it was deleted by hand there", async () => {
    const { id, number } = await requested();
    const [hers] = fill(crm, "hubspot", [number]);
    await decide(id);
    await look(id);
    crm.records["contacts"] = [];
    await look(id);
    const system = await only(id);
    expect(system).toMatchObject({
      outcome: "erased",
      doneOn: today(),
      records: [{ id: hers, erasedOn: null, goneOn: today() }],
    });
    expect(system.backupsUntil! > today()).toBe(true);
    expect(await owes(id)).toBe(false);
  });

  it("stays where the next look cannot be read", async () => {
    const { id, number } = await requested();
    const [hers] = fill(crm, "hubspot", [number]);
    await decide(id);
    await look(id);
    refuse();
    await look(id);
    expect(await only(id)).toMatchObject({
      outcome: null,
      problem: expect.stringContaining("MISSING_SCOPES") as string,
      records: [{ id: hers, goneOn: null }],
    });
  });

  it("stays erased, though a run saw it, and the next look cannot be read", async () => {
    const { id, number } = await requested();
    const [hers] = fill(crm, "hubspot", [number]);
    const num = await env.DB.prepare("SELECT num FROM connectors").first<number>("num");
    await run(
      `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
       VALUES (?, 'contacts', ?, 'phone', 0, ?, 'clear', '2024-01-01', 1)`,
      ...[num, hers!, Number(number.slice(1))],
    );
    await decide(id);
    await look(id);
    await eraseThere(id, (await only(id)).id, [hers!]);
    const erased = { outcome: "erased", records: [{ id: hers, erasedOn: today() }] };
    expect(await only(id)).toMatchObject(erased);
    await decide(id);
    refuse();
    await look(id);
    expect(await only(id)).toMatchObject({ ...erased, outcome: null });
    answerAgain();
    await look(id);
    expect(await only(id)).toMatchObject(erased);
  });
});

describe("erasing there", () => {
  it("records what was erased before the system failed", async () => {
    const { id, number } = await requested();
    const ids = fill(crm, "hubspot", [number, number, number]);
    await decide(id);
    await look(id);
    const answer = crm.instead;
    crm.instead = async (request) =>
      request.url.endsWith("gdpr-delete") && (await request.clone().text()).includes(ids[1]!)
        ? Response.json({}, { status: 401 })
        : ((await answer(request)) ?? null);
    await eraseThere(id, (await only(id)).id, ids);
    expect((await only(id)).records).toMatchObject([
      { id: ids[0], erasedOn: today(), why: null },
      { id: ids[1], erasedOn: null, why: "hubspot: 401" },
      { id: ids[2], erasedOn: null, why: "hubspot: 401" },
    ]);
    expect(await owes(id)).toBe(true);
  });

  it("leaves what an officer said meanwhile, and no other system out", async () => {
    await connect({ name: "Other CRM" });
    const { id, number } = await requested();
    const [hers] = fill(crm, "hubspot", [number]);
    await decide(id);
    await look(id);
    const [first] = await all(id);
    const answer = crm.instead;
    crm.instead = async (request) => {
      if (request.url.endsWith("gdpr-delete"))
        await done(officer, id, `systems/${first!.id}`, { outcome: "erased", how: "by hand" });
      return (await answer(request)) ?? null;
    };
    await eraseThere(id, first!.id, [hers!]);
    expect(await all(id)).toMatchObject([
      { outcome: "erased", how: "by hand", records: [{ erasedOn: today() }] },
      { outcome: null },
    ]);
    expect(await owes(id)).toBe(true);
  });
});

it("nothing is kept any more where all of it is complied with after all", async () => {
  const { id, number } = await requested();
  await called(tokens.admin, { number });
  await done(officer, id, "match");
  const [item] = await confirmAll(officer, id);
  const deny = [{ id: item!.id, ground: "protection", reasons: "a claim" }];
  await decide(id, { decision: "partial", deny });
  await done(officer, id, `systems/${(await only(id)).id}`, { outcome: "kept", how: "that record alone" });
  await decide(id);
  expect(await only(id)).toMatchObject({ outcome: null, how: "" });
  expect(await owes(id)).toBe(true);
});

it("a connector that leads elsewhere since is another system, and the one of before is not connected any more", async () => {
  const { id } = await requested();
  await decide(id);
  const other = doubleOf("espocrm");
  holding(other, "espocrm");
  const body = requestOf(other, "espocrm");
  const path = `/v1/connectors/${connectors[0]!}`;
  expect((await call("PUT", path, { token: tokens.admin, body })).status).toBe(200);
  await look(id);
  expect(await all(id)).toMatchObject([
    { kind: "hubspot", host: "api.hubapi.com", outcome: null, problem: "removed" },
    { kind: "espocrm", host: "crm.example.com", outcome: "nothing" },
  ]);
});

it("a system that is connected once nothing is owed is not asked, and keeps nothing open", async () => {
  const { id } = await requested();
  await decide(id);
  await look(id);
  expect(await owes(id)).toBe(false);
  await connect({ name: "Later CRM" });
  await look(id);
  expect(await all(id)).toHaveLength(1);
});

it("counts in the register of disclosures what was asked, with the address, and no system that was not", async () => {
  const rest = doubleOf("rest");
  await connect({ ...requestOf(rest, "rest"), name: "House list" });
  crm = doubleOf("hubspot");
  answerAgain();
  const asked = async (host: string) =>
    (await env.DB.prepare("SELECT SUM(items) AS n FROM disclosures WHERE what = 'look' AND host = ?")
      .bind(host)
      .first<number | null>("n")) ?? 0;
  const before = [await asked("api.hubapi.com"), await asked("crm.example.com")];
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number, { email: "eve@example.com" });
  await confirmAll(officer, id);
  await look(id);
  const after = [await asked("api.hubapi.com"), await asked("crm.example.com")];
  expect(after.map((n, place) => n - before[place]!)).toEqual([2, 0]);
});

describe("words", () => {
  it("of an access promise no erasure", async () => {
    const { id, number } = await requested("access");
    fill(crm, "hubspot", [number]);
    await look(id);
    await decide(id);
    expect(await draft(officer, id, "decision")).not.toContain("we are erasing");
  });

  it("of a certificate say what was refused, and where nothing is known of that time", async () => {
    const certificate = async (id: string) =>
      ((await call("GET", `/v1/requests/${id}/certificate`, { token: officer })).data as { text: string })
        .text;
    const { id, number } = await requested();
    await called(tokens.admin, { number });
    await done(officer, id, "match");
    const [item] = await confirmAll(officer, id);
    await decide(id, {
      decision: "partial",
      deny: [{ id: item!.id, ground: "protection", reasons: "a claim" }],
    });
    await done(officer, id, `systems/${(await only(id)).id}`, { outcome: "nothing", how: "looked" });
    await vi.waitFor(async () => expect(await certificate(id)).toContain("but for those that were refused"), {
      timeout: 20_000,
    });
    await run("DELETE FROM request_systems WHERE request = ?", id);
    expect(await certificate(id)).toContain("No system was connected.");
    await run(
      "UPDATE request_events SET detail = '{\"decision\":\"partial\"}' WHERE request = ? AND action = 'partial'",
      id,
    );
    expect(await certificate(id)).toContain("was not recorded when this request was decided");
  });
});
