/** Of what a CRM says of a person ClearDial keeps a copy: an erasure takes it, and again what a run has read there until it was erased there. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { HistoryAnswer } from "../../../../shared/check/api-history.ts";
import type { Connector } from "../../../../shared/connectors/api.ts";
import type { RequestSystem } from "../../../../shared/privacy-requests/api-systems.ts";
import { requestOf } from "../../connectors/drive.ts";
import { holding } from "../../connectors/held.ts";
import { type Double, doubleOf, fill } from "../../connectors/kit.ts";
import { call, dump, setPolicy } from "../../helpers.ts";
import { run } from "../../trail/kit.ts";
import {
  called,
  confirmAll,
  done,
  draft,
  fileOn,
  officer,
  read,
  tokens,
  upload,
  verified,
  withTeam,
} from "../kit.ts";

withTeam();

let crm: Double;
let connector: string;
beforeEach(async () => {
  crm = doubleOf("hubspot");
  holding(crm, "hubspot");
  const { data } = await call("POST", "/v1/connectors", { token: tokens.admin, body: requestOf(crm) });
  connector = (data as Connector).id;
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await call("DELETE", `/v1/connectors/${connector}`, { token: tokens.admin });
});

const TOLD = JSON.stringify({ at: "2026-11-01T00:00:00.000Z", text: "ClearDial 0123abcd: consent to calls" });
/** As a run stores what it read of a record. */
const runRead = async (number: string, record: string, of: string) => {
  const num = await env.DB.prepare("SELECT num FROM connectors WHERE id = ?")
    .bind(connector)
    .first<number>("num");
  await run(
    `INSERT OR REPLACE INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
     VALUES (?, 'contacts', ?, 'phone', 0, ?, 'clear', '2026-11-01T00:00:00.000Z', 1)`,
    ...[num, record, Number(number.slice(1))],
  );
  await run(
    `INSERT OR REPLACE INTO connector_records
       (connector, run, object, record, seen, further, read_at, source, since, notice, said, consent_out)
     VALUES (?, 1, 'contacts', ?, 'x', ?, 1, ?, ?, ?, '{"person":{"by":"theirs","at":"2026-11-01"}}', ?)`,
    ...[num, record, JSON.stringify({ numbers: [`${of} at home`], optedOut: false })],
    ...[`Recommended by ${of}`, `since ${of} moved`, `told ${of}`, TOLD],
  );
};
const historyOf = async (number: string) =>
  JSON.stringify(
    ((await call("GET", `/v1/numbers/${number}/history`, { token: tokens.agent })).data as HistoryAnswer).crm,
  );
const rowOf = async (record: string) =>
  ((await dump("connector_records")) as Record<string, unknown>[]).find((row) => row["record"] === record)!;
const copied = async (of: string) => JSON.stringify(await dump("connector_records")).includes(of);
const only = async (id: string): Promise<RequestSystem> => (await read(officer, id)).systems![0]!;
const requested = async (number: string) => {
  const id = await verified(officer, number, { kind: "erasure" });
  await confirmAll(officer, id);
  return id;
};
const REREAD = "While one of them holds your data we may read that there again";

it.each([
  [
    "an officer says that it erased it",
    async (id: string) =>
      done(officer, id, `systems/${(await only(id)).id}`, { outcome: "erased", how: "Ada deleted it" }),
  ],
  [
    "an officer says that it holds nothing",
    async (id: string) =>
      done(officer, id, `systems/${(await only(id)).id}`, { outcome: "nothing", how: "Ada looked" }),
  ],
  [
    "it is erased there by its API",
    async (id: string, record: string) => {
      const host = "api.hubapi.com";
      const own = { name: "HubSpot", role: "processor", country: "IE", contract: "DPA", fields: ["number"] };
      await setPolicy(() => ({ recipients: [{ kind: "connector", host, ...own, erases: true }] }));
      await done(officer, id, "systems");
      const records = [{ object: "contacts", id: record }];
      await done(officer, id, `systems/${(await only(id)).id}/erase`, { records });
    },
  ],
  [
    "a look finds it gone",
    async (id: string) => {
      await done(officer, id, "systems");
      crm.records["contacts"] = [];
      await done(officer, id, "systems");
    },
  ],
])("goes with the decision, and once more when %s", async (_, settle) => {
  const { number } = await called(tokens.admin);
  const { number: another } = await called(tokens.admin);
  const [hers, others] = fill(crm, "hubspot", [number, another]) as [string, string];
  await runRead(number, hers, "her sister");
  await runRead(another, others, "his brother");
  const id = await requested(number);
  await done(officer, id, "systems");
  expect(await historyOf(number)).toContain("Recommended by her sister");
  const before = await rowOf(hers);
  await done(officer, id, "decide", { decision: "comply" });
  const blank = { seen: null, further: null, read_at: null, source: "", since: "", notice: "" };
  // What stands against calls stays, and so does what is still to be taken out there of a consent.
  expect(await rowOf(hers)).toEqual({ ...before, ...blank });
  expect(await historyOf(number)).not.toContain("sister");
  expect(await draft(officer, id, "decision")).toContain(REREAD);
  await runRead(number, hers, "her sister");
  await settle(id, hers);
  expect((await only(id)).outcome).not.toBeNull();
  expect(await copied("sister")).toBe(false);
  expect(await historyOf(number)).not.toContain("sister");
  expect(await draft(officer, id, "decision")).not.toContain(REREAD);
  expect(await historyOf(another)).toContain("Recommended by his brother");
});

it("of an erasure that was refused in part, what the CRM keeps comes back, and stays", async () => {
  const { number } = await called(tokens.admin);
  const [hers] = fill(crm, "hubspot", [number]) as [string];
  await runRead(number, hers, "her aunt");
  const id = await requested(number);
  const [item] = (await read(officer, id)).items;
  await called(tokens.admin, { number });
  await done(officer, id, "match");
  await confirmAll(officer, id);
  const deny = [{ id: item!.id, ground: "protection", reasons: "a claim" }];
  await done(officer, id, "decide", { decision: "partial", deny });
  expect(await copied("aunt")).toBe(false);
  await runRead(number, hers, "her aunt");
  await done(officer, id, `systems/${(await only(id)).id}`, { outcome: "kept", how: "that call alone" });
  expect(await copied("aunt")).toBe(true);
  expect(await draft(officer, id, "decision")).toContain(REREAD);
});

it("stays where all was refused, and where the requester named less", async () => {
  const { number } = await called(tokens.admin);
  const [hers] = fill(crm, "hubspot", [number]) as [string];
  await runRead(number, hers, "her uncle");
  const refused = await requested(number);
  await done(officer, refused, "decide", { decision: "deny", ground: "protection", reasons: "a claim" });
  const narrowed = await verified(officer, number, { kind: "erasure" });
  await upload(narrowed, "scan");
  const less = { everything: true, narrowed: "that one call", narrowedIn: await fileOn(narrowed, "scan") };
  await done(officer, narrowed, "match", less);
  await confirmAll(officer, narrowed);
  await done(officer, narrowed, "decide", { decision: "comply" });
  await done(officer, narrowed, `systems/${(await only(narrowed)).id}`, {
    ...{ outcome: "erased", how: "Ada deleted that call" },
  });
  expect(await historyOf(number)).toContain("Recommended by her uncle");
  expect(await draft(officer, narrowed, "decision")).not.toContain("our own copy of what these systems say");
});
