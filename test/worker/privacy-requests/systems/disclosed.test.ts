/** What looks and erasures in connected systems sent there: its fields, and of which numbers it was. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Connector } from "../../../../shared/connectors/api.ts";
import type { DisclosuresAnswer } from "../../../../shared/policy/api-disclosures.ts";
import { requestOf } from "../../connectors/drive.ts";
import { holding } from "../../connectors/held.ts";
import { type Double, doubleOf, fill } from "../../connectors/kit.ts";
import { call, setPolicy } from "../../helpers.ts";
import { called, confirmAll, done, officer, read, tokens, today, verified, withTeam } from "../kit.ts";

withTeam();

let crm: Double;
let connector = "";
beforeEach(async () => {
  crm = doubleOf("hubspot");
  holding(crm, "hubspot");
  const { data } = await call("POST", "/v1/connectors", { token: tokens.admin, body: requestOf(crm) });
  connector = (data as Connector).id;
  await env.DB.exec("DELETE FROM disclosures");
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await call("DELETE", `/v1/connectors/${connector}`, { token: tokens.admin });
});

const report = async (number?: string) => {
  const query = number === undefined ? "" : `&number=${encodeURIComponent(number)}`;
  const { data } = await call("GET", `/v1/disclosures?kind=connector${query}`, { token: officer });
  return (data as DisclosuresAnswer).disclosures.map(({ day, host, what, fields, times, items }) => ({
    ...{ day, host, what, fields, times, items },
  }));
};
const row = { day: today(), host: "api.hubapi.com" };
const look = { ...row, what: "look", fields: ["number", "address", "record"] };

it("a look sends numbers, the requester's address and the records that are known, and is on record by each number", async () => {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number, { email: "eve@example.com" });
  await confirmAll(officer, id);
  await done(officer, id, "systems");
  expect(await report()).toEqual([{ ...look, times: 1, items: 2 }]);
  expect(await report(number)).toEqual([{ ...look, times: 1, items: 1 }]);
  expect(await report("+442079460777")).toEqual([]);
  await done(officer, id, "systems");
  expect(await report(number)).toEqual([{ ...look, times: 2, items: 2 }]);
});

/** A complied erasure with two records there, which an officer may have erased. */
async function toErase() {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number, { kind: "erasure" });
  await confirmAll(officer, id);
  const ids = fill(crm, "hubspot", [number, number]);
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "systems");
  await setPolicy(() => ({
    recipients: [
      {
        ...{ kind: "connector", name: "HubSpot", host: "api.hubapi.com", role: "processor", country: "IE" },
        ...{ contract: "DPA", fields: ["number"], erases: true },
      },
    ],
  }));
  const { id: system } = (await read(officer, id)).systems![0]!;
  const records = ids.map((one) => ({ object: "contacts", id: one }));
  return { number, id, path: `systems/${system}/erase`, records };
}

it("an erasure there sends records' ids, and is on record by the numbers that these were found by", async () => {
  const { number, id, path, records } = await toErase();
  await done(officer, id, path, { records });
  const erase = { ...row, what: "erase", fields: ["record"] };
  expect(await report()).toEqual([
    { ...erase, times: 1, items: 2 },
    { ...look, times: 1, items: 2 },
  ]);
  expect(await report(number)).toEqual([
    { ...erase, times: 1, items: 2 },
    { ...look, times: 1, items: 1 },
  ]);
  await setPolicy(() => ({ recipients: [] }));
});

it("what was erased there is on record also where it cannot be counted", async () => {
  const { id, path, records } = await toErase();
  await env.DB.prepare(
    "CREATE TRIGGER uncounted BEFORE INSERT ON request_asked BEGIN SELECT RAISE(ABORT, 'busy'); END",
  ).run();
  await done(officer, id, path, { records });
  await env.DB.exec("DROP TRIGGER uncounted");
  expect((await read(officer, id)).systems![0]!.records.map(({ erasedOn }) => erasedOn)).toEqual([
    today(),
    today(),
  ]);
  await setPolicy(() => ({ recipients: [] }));
});

it("what an earlier Worker counted of a look says the same fields", async () => {
  await env.DB.prepare(
    "INSERT INTO disclosures (day, kind, host, what, times, items) VALUES ('2026-11-01', 'connector', 'api.hubapi.com', 'question', 1, 2)",
  ).run();
  expect(await report()).toMatchObject([{ what: "question", fields: look.fields }]);
});
