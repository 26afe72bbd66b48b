/** A task of the end of retention lists what its system holds: its records, and their calls, recordings and transcripts. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Connector } from "../../../../shared/connectors/api.ts";
import type { ConnectorKind } from "../../../../shared/connectors/kinds.ts";
import type { SystemTaskAnswer, TaskHeld } from "../../../../shared/privacy-requests/api-system-tasks.ts";
import { eraseIn, systemsOf } from "../../../../worker/connectors/kinds/held/read.ts";
import { requestOf } from "../../connectors/drive.ts";
import { type Calls, holding } from "../../connectors/held.ts";
import { type Double, doubleOf, fill } from "../../connectors/kit.ts";
import { call } from "../../helpers.ts";
import { run } from "../../trail/kit.ts";
import { daysAgo, officer, tokens, withTeam } from "../kit.ts";

withTeam();

let crm: Double;
let calls: Calls[];
let connector = "";
/** Connects a CRM, as if that was weeks ago. */
async function connect(kind: ConnectorKind, settings: Record<string, string> = {}): Promise<void> {
  crm = doubleOf(kind);
  calls = holding(crm, kind);
  Object.assign(crm.setup.settings, settings);
  const { data } = await call("POST", "/v1/connectors", { token: tokens.admin, body: requestOf(crm, kind) });
  connector = (data as Connector).id;
  await run("UPDATE connectors SET account_since = ?1", `${daysAgo(30)}T09:00:00.000Z`);
}
const remove = () => call("DELETE", `/v1/connectors/${connector}`, { token: tokens.admin });
beforeEach(async () => {
  await connect("hubspot");
  await env.DB.exec("DELETE FROM disclosures");
  await env.DB.exec("DELETE FROM system_tasks");
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await remove();
});
const task = (ids: readonly string[], kind = "hubspot", object = "contacts", day = daysAgo(2)) =>
  run(
    `INSERT INTO system_tasks (id, connector, name, kind, day, records, by, at)
     VALUES ('t', ?1, 'Our CRM', ?4, ?2, ?3, 'system', ?2)`,
    ...[connector, day],
    JSON.stringify(ids.map((id) => [object, id])),
    kind,
  );
const look = async (from: number) =>
  ((await call("GET", `/v1/system-tasks/t?look=${from}`, { token: officer })).data as SystemTaskAnswer).held!;

it("with the region of the data, and without what is gone by the system's own word", async () => {
  const [kept, gone] = fill(crm, "hubspot", [{ phone: "020 7946 0958" }, { phone: "020 7946 0958" }]);
  calls.push(
    {
      ...{ of: kept!, id: "77001" },
      fields: { hs_call_recording_url: "https://x.example/1.mp3", hs_call_has_transcript: "true" },
    },
    { of: "", id: "77002", fields: { hs_call_to_number: "+442079460958" } },
  );
  crm.records["contacts"] = crm.records["contacts"]!.filter(({ id }) => id !== gone);
  await task([kept!, gone!]);
  const link = (type: string, id: string) =>
    `https://app-eu1.hubspot.com/contacts/62515/record/${type}/${id}`;
  expect(await look(0)).toEqual({
    records: [
      { object: "contacts", id: kept, what: ["record"], link: link("0-1", kept!) },
      {
        object: "calls",
        id: "77001",
        what: ["call", "recording", "transcript"],
        link: link("0-48", "77001"),
      },
    ],
    ...{ region: "eu1", problem: null, next: null },
  });
  // By their ids: the numbers are erased here, and nothing is sought by any.
  const { results } = await env.DB.prepare("SELECT kind, host, what, times, items FROM disclosures").all();
  expect(results).toEqual([{ kind: "connector", host: "api.hubapi.com", what: "look", times: 1, items: 2 }]);
});

it("some at a time, all of them, with all of their calls", async () => {
  const ids = fill(
    crm,
    "hubspot",
    Array.from({ length: 50 }, () => "020 7946 0958"),
  );
  const callsOf = (id: string) => [0, 1, 2].map((n) => `${id}${n}`);
  calls.push(...ids.flatMap((of) => callsOf(of).map((id) => ({ of, id }))));
  await task(ids);
  const found: TaskHeld[] = [];
  for (let from: number | null = 0; from !== null; from = found.at(-1)!.next) found.push(await look(from));
  expect(found.map(({ problem }) => problem)).toEqual(found.map(() => null));
  const of = (kind: string) =>
    found.flatMap(({ records }) => records.flatMap(({ object, id }) => (object === kind ? [id] : [])));
  expect(of("contacts")).toEqual(ids);
  expect(of("calls").sort()).toEqual(ids.flatMap(callsOf).sort());
});

it("says why it may hold more: a system that fails, or is not connected any more, lists what runs saw there", async () => {
  const ids = fill(crm, "hubspot", ["020 7946 0958"]);
  await task(ids);
  crm.instead = () => Response.json({ category: "MISSING_SCOPES" }, { status: 403 });
  const unread = await look(0);
  expect(unread.records.map(({ id }) => id)).toEqual(ids);
  expect(unread.problem).toContain("403 MISSING_SCOPES");
  await call("DELETE", `/v1/connectors/${connector}`, { token: tokens.admin });
  expect(await look(0)).toMatchObject({ records: [{ id: ids[0] }], problem: "removed", region: null });
});

it("asks the system nothing where nobody asked for it", async () => {
  const ids = fill(crm, "hubspot", ["020 7946 0958"]);
  await task(ids);
  const ask = () => call("GET", "/v1/system-tasks/t", { token: officer });
  // Of which account its credentials are, once.
  await ask();
  crm.requests = [];
  const { data } = await ask();
  expect((data as SystemTaskAnswer).held).toBeNull();
  expect(crm.requests).toEqual(["GET api.hubapi.com/account-info/v3/details"]);
});

describe("once its connector is changed", () => {
  /** Other credentials, or another set-up. */
  const change = async (kind: ConnectorKind, settings: Record<string, string> = {}) => {
    Object.assign(crm.setup.settings, settings);
    const body = requestOf(crm, kind);
    expect((await call("PUT", `/v1/connectors/${connector}`, { token: tokens.admin, body })).status).toBe(
      200,
    );
  };
  const answer = async () =>
    (await call("GET", "/v1/system-tasks/t?look=0", { token: officer })).data as SystemTaskAnswer;
  /** The record by itself, and no word of what has its id there now. */
  const nothingOf = async (object: string, id: string) => {
    crm.requests = [];
    expect(await answer()).toMatchObject({
      links: [null],
      held: { records: [{ object, id, link: null }], problem: "removed", region: null, next: null },
    });
    expect(crm.requests).toEqual([]);
  };

  it("to another account, it lists nothing from there, names its host in no receipt, and keeps no task from it", async () => {
    await remove();
    await connect("espocrm");
    const [id] = fill(crm, "espocrm", [{ phoneNumber: "+442079460958" }]);
    await task([id!], "espocrm", "Contact");
    const keys = () => env.DB.prepare("SELECT COUNT(*) AS n FROM system_task_records").first<number>("n");
    await run(
      "INSERT INTO system_task_records (connector, object, record, task) VALUES (?1, 'Contact', ?2, 't')",
      ...[connector, id!],
    );
    expect((await answer()).held).toMatchObject({ problem: null, records: [{ id }] });
    expect(await keys()).toBe(1);
    await change("espocrm", { host: "https://other.example.com" });
    await nothingOf("Contact", id!);
    expect(await keys()).toBe(0);
    const { data } = await call("POST", "/v1/system-tasks/t", {
      token: officer,
      body: { how: "Bo erased it" },
    });
    expect((data as { receipt: string }).receipt).not.toContain("example.com");
  });

  it("to other credentials of the same host it goes on", async () => {
    await remove();
    await connect("espocrm");
    const [id] = fill(crm, "espocrm", [{ phoneNumber: "+442079460958" }]);
    await task([id!], "espocrm", "Contact");
    await change("espocrm");
    expect((await answer()).held).toMatchObject({ problem: null, records: [{ id }] });
  });

  it("to other credentials where the host does not tell the account, it lists nothing, unless the CRM told the same before", async () => {
    const [id] = fill(crm, "hubspot", ["020 7946 0958"]);
    await task([id!]);
    await change("hubspot");
    await nothingOf("contacts", id!);
    await remove();
    await run("DELETE FROM system_tasks");
    await connect("hubspot");
    const [hers] = fill(crm, "hubspot", ["020 7946 0958"]);
    await task([hers!]);
    for (const _ of [1, 2]) {
      expect(await answer()).toMatchObject({ held: { problem: null, records: [{ id: hers }] } });
      await change("hubspot");
    }
  });

  it("a task of before is not ended by one word with one of the account of now", async () => {
    await task(["1"]);
    await run(
      `INSERT INTO system_tasks (id, connector, name, kind, day, records, by, at)
       SELECT 'old', connector, name, kind, ?1, records, by, at FROM system_tasks`,
      daysAgo(31),
    );
    const ended = async (id: string, also: string[]) =>
      (
        await call("POST", `/v1/system-tasks/${id}`, {
          token: officer,
          body: { how: "Bo erased it", also },
        })
      ).status;
    expect([await ended("t", ["old"]), await ended("old", ["t"])]).toEqual([422, 422]);
    expect([await ended("t", []), await ended("old", [])]).toEqual([200, 200]);
  });

  it("of a task of before nothing is listed where the credentials were entered on its day or later", async () => {
    const [id] = fill(crm, "hubspot", ["020 7946 0958"]);
    await task([id!], "hubspot", "contacts", daysAgo(30));
    await nothingOf("contacts", id!);
    await run("DELETE FROM system_tasks");
    await task([id!], "hubspot", "contacts", daysAgo(29));
    expect((await answer()).held).toMatchObject({ problem: null, records: [{ id }] });
  });
});

describe("Pipedrive", () => {
  const why =
    "pipedrive: its credentials are of the account other, whose host is another: connect it as a CRM of its own";

  it("credentials of another company than its host's tell nothing, and erase nothing", async () => {
    await remove();
    await connect("pipedrive");
    const [id] = fill(crm, "pipedrive", [{ phones: "+442079460958" }]);
    await task([id!], "pipedrive", "persons");
    expect(await look(0)).toMatchObject({ problem: null });
    const answer = crm.instead;
    crm.instead = (request) =>
      request.url.endsWith("/users/me")
        ? Response.json({
            data: { company_domain: "other", access: [{ app: "sales", admin: true }] },
          })
        : answer(request);
    expect(await look(0)).toMatchObject({ records: [{ id, link: null }], problem: why });
    const [system] = await systemsOf(env.DB);
    const done = await eraseIn(env, system!, [{ object: "persons", id: id! }]);
    expect(done).toMatchObject({ erased: [], stopped: why });
    expect(crm.records["persons"]).toHaveLength(1);
  });

  it.each(["api", "API", "api-proxy"])("%s, a host of all companies, is not connected", async (name) => {
    const double = doubleOf("pipedrive");
    double.setup.settings["host"] = `https://${name}.pipedrive.com`;
    const body = requestOf(double, "pipedrive");
    const { status, data } = await call("POST", "/v1/connectors", { token: tokens.admin, body });
    expect([status, JSON.stringify(data)]).toEqual([422, expect.stringContaining("setup.settings.host")]);
  });
});

describe("HubSpot", () => {
  const saysAccount = (portalId: number) => {
    const answer = crm.instead;
    crm.instead = async (request) =>
      request.url.endsWith("/account-info/v3/details")
        ? Response.json({ portalId, uiDomain: "app-eu1.hubspot.com", dataHostingLocation: "eu1" })
        : ((await answer(request)) ?? null);
  };
  const erase = async (id: string) => {
    const [system] = await systemsOf(env.DB);
    return eraseIn(env, system!, [{ object: "contacts", id }]);
  };

  it("credentials of another account than those of before tell nothing, and erase nothing", async () => {
    const [id] = fill(crm, "hubspot", ["020 7946 0958"]);
    await task([id!]);
    expect(await look(0)).toMatchObject({ problem: null });
    saysAccount(777);
    // It was told for these.
    expect(await look(0)).toMatchObject({ problem: null });
    const body = requestOf(crm);
    await call("PUT", `/v1/connectors/${connector}`, { token: tokens.admin, body });
    const why =
      "hubspot: its credentials are of the account 777, where 62515 is expected: connect another as a CRM of its own";
    expect(await look(0)).toMatchObject({ records: [{ id, link: null }], problem: why });
    expect(await erase(id!)).toMatchObject({ erased: [], stopped: why });
    expect(crm.records["contacts"]).toHaveLength(1);
    saysAccount(62515);
    expect(await look(0)).toMatchObject({ records: [{ id }], problem: null });
  });

  it("where nothing is known yet, one that cannot say its account goes on as before", async () => {
    const [id] = fill(crm, "hubspot", ["020 7946 0958"]);
    const answer = crm.instead;
    crm.instead = (request) =>
      request.url.endsWith("/account-info/v3/details") ? new Response("<html>") : answer(request);
    expect(await erase(id!)).toMatchObject({ erased: [{ id }], stopped: null });
  });

  it("nor those of another account than the set-up's, nor of none", async () => {
    await remove();
    await connect("hubspot", { portal: "777" });
    const [id] = fill(crm, "hubspot", ["020 7946 0958"]);
    await task([id!]);
    expect((await look(0)).problem).toContain("of the account 62515, where 777 is expected");
    expect(await erase(id!)).toMatchObject({ erased: [] });
    saysAccount(777);
    expect((await look(0)).problem).toBeNull();
    crm.instead = () => Response.json({ category: "MISSING_SCOPES" }, { status: 403 });
    await call("PUT", `/v1/connectors/${connector}`, { token: tokens.admin, body: requestOf(crm) });
    expect((await look(0)).problem).toContain("of the account (not told), where 777 is expected");
  });
});
