/** A task of the end of retention lists what its system holds: its records, and their calls, recordings and transcripts. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Connector } from "../../../../shared/connectors/api.ts";
import type { SystemTaskAnswer, TaskHeld } from "../../../../shared/privacy-requests/api-system-tasks.ts";
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
beforeEach(async () => {
  crm = doubleOf("hubspot");
  calls = holding(crm, "hubspot");
  const { data } = await call("POST", "/v1/connectors", { token: tokens.admin, body: requestOf(crm) });
  connector = (data as Connector).id;
  await env.DB.exec("DELETE FROM disclosures");
  await env.DB.exec("DELETE FROM system_tasks");
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await call("DELETE", `/v1/connectors/${connector}`, { token: tokens.admin });
});
const task = (ids: readonly string[]) =>
  run(
    `INSERT INTO system_tasks (id, connector, name, kind, day, records, by, at)
     VALUES ('t', ?1, 'Our CRM', 'hubspot', ?2, ?3, 'system', ?2)`,
    ...[connector, daysAgo(2)],
    JSON.stringify(ids.map((id) => ["contacts", id])),
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
  crm.requests = [];
  const { data } = await call("GET", "/v1/system-tasks/t", { token: officer });
  expect((data as SystemTaskAnswer).held).toBeNull();
  expect(crm.requests).toEqual(["GET api.hubapi.com/account-info/v3/details"]);
});
