/** What the end of retention leaves in a connected CRM is erased there by itself where policy lets it, and looked for: only what is not gone is a task. */
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import type { Connector } from "../../../../shared/connectors/api.ts";
import type { ConnectorKind } from "../../../../shared/connectors/kinds.ts";
import { MONTH } from "../../../../shared/core/time.ts";
import { sweep } from "../../../../worker/jobs/housekeeping.ts";
import { eraseLeft, sendLeft } from "../../../../worker/privacy-requests/systems/by-itself.ts";
import { makeTasks } from "../../../../worker/privacy-requests/systems/day-tasks.ts";
import { requestOf } from "../../connectors/drive.ts";
import { holding } from "../../connectors/held.ts";
import { type Double, doubleOf, fill } from "../../connectors/kit.ts";
import { call, DAY, dump, setPolicy } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { called, daysAgo, officer, tokens, today, withTeam } from "../kit.ts";

withTeam();

/** Others in each test. */
let first = 442079460100;
let connector: string;
afterEach(async () => {
  vi.unstubAllGlobals();
  await call("DELETE", `/v1/connectors/${connector}`, { token: tokens.admin });
  for (const table of ["system_left", "system_task_records"]) await run(`DELETE FROM ${table}`);
});

/** A CRM with three contacts of which retention has left the records, and a call of the first. */
async function left(kind: ConnectorKind, policy: object) {
  first += 10;
  const crm = doubleOf(kind);
  const calls = holding(crm, kind);
  const { name: object, numbers } = crm.setup.objects[0]!;
  const ids = fill(
    crm,
    kind,
    [0, 1, 2].map((n) => ({ [numbers[0]!]: `+${first + n}` })),
  );
  calls.push({ of: ids[0]!, id: kind === "espocrm" ? "65f0call00000001" : "77001" });
  const { data } = await call("POST", "/v1/connectors", { token: tokens.admin, body: requestOf(crm, kind) });
  connector = (data as Connector).id;
  const host = kind === "espocrm" ? "crm.example.com" : "api.hubapi.com";
  await setPolicy(() => ({
    recipients: [
      {
        ...{ kind: "connector", name: "CRM", host, role: "processor", country: "IE" },
        ...{ contract: "DPA", fields: ["number"], backupDays: 30, ...policy },
      },
    ],
  }));
  for (const [n, id] of ids.entries()) {
    await run(
      `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
       SELECT num, ?2, ?3, 'phone', 0, ?4, 'clear', '2024-01-01', 1 FROM connectors WHERE id = ?1`,
      ...[connector, object, id, first + n],
    );
    await run(
      "INSERT INTO system_left (connector, object, record, name, kind, day) VALUES (?1, ?2, ?3, 'Our CRM', ?4, ?5)",
      ...[connector, object, id, kind, daysAgo(1)],
    );
  }
  crm.requests = [];
  return { crm, object, ids, calls };
}
const job = async (now = Date.now()) => {
  await sendLeft(env, now);
  await makeTasks(env, now);
};
interface Task {
  id: string;
  connector: string;
  how: string;
  records: [string, string][];
  backupsUntil: string | null;
}
const tasks = async (show: "open" | "done") =>
  (
    (await call("GET", `/v1/system-tasks?show=${show}`, { token: officer })).data as { tasks: Task[] }
  ).tasks.filter((one) => one.connector === connector);
const namesOf = (some: Task[]) => some.flatMap(({ records }) => records.map(([, id]) => id)).sort();
const whyOf = async ({ id }: Task) =>
  ((await call("GET", `/v1/system-tasks/${id}`, { token: officer })).data as { why: (string | null)[] }).why;
const removed = ({ requests }: Double) => requests.filter((one) => /DELETE|gdpr-delete/.test(one));

it.each([{}, { erases: true }])(
  "erases nothing where the policy does not say so for this (%j)",
  async (policy) => {
    const { crm, ids } = await left("espocrm", policy);
    await job();
    expect(crm.requests).toEqual([]);
    expect(namesOf(await tasks("open"))).toEqual([...ids].sort());
  },
);

it.each(["espocrm", "hubspot"] as const)(
  "%s: erases them with their calls, looks, and gives a receipt",
  async (kind) => {
    const { crm, object, ids, calls } = await left(kind, { erasesExpired: true });
    await job();
    expect(crm.records[object]).toEqual([]);
    if (kind === "hubspot") expect(calls).toEqual([]);
    const done = await tasks("done");
    expect(done).toMatchObject([{ how: "erased" }]);
    expect(namesOf(done)).toEqual(expect.arrayContaining([...ids]));
    expect(done[0]!.backupsUntil).not.toBeNull();
    const { data } = await call("GET", `/v1/system-tasks/${done[0]!.id}`, { token: officer });
    expect((data as { receipt: string }).receipt).toMatch(
      /they are not there any more.*backups keep it until/s,
    );
    // What was about to be erased is on the trail before.
    expect(JSON.stringify(await dump("audit"))).toContain("request.system-erasing");
    if (kind === "hubspot") expect(await tasks("open")).toEqual([]);
    expect(await dump("system_left")).toEqual([]);
    expect((await deepOf(["system_tasks"])).found).toEqual([]);
  },
);

it("is a task, with the system's words, of what it refuses; and the receipt has the others", async () => {
  const { crm, ids } = await left("hubspot", { erasesExpired: true });
  crm.refuses.add(ids[1]!);
  await job();
  const [open] = await tasks("open");
  expect(open!.records.map(([, id]) => id)).toEqual([ids[1]]);
  expect(await whyOf(open!)).toEqual([expect.stringContaining("MISSING_SCOPES")]);
  expect(namesOf(await tasks("done"))).not.toContain(ids[1]);
});

it("leaves to a person whom something else is going on with", async () => {
  const { crm, ids } = await left("hubspot", { erasesExpired: true });
  await called(tokens.admin, { number: `+${first + 2}` });
  const request = {
    kind: "access",
    channel: "post",
    receivedOn: today(),
    name: "Dora",
    address: "3 High Street",
  };
  const body = { ...request, number: `+${first + 1}` };
  expect((await call("POST", "/v1/requests/entries", { token: officer, body })).status).toBe(201);
  await job();
  const [open] = await tasks("open");
  expect(namesOf([open!])).toEqual(ids.slice(1).sort());
  expect(await whyOf(open!)).toEqual(["in-use", "in-use"]);
  expect(removed(crm)).toHaveLength(1);
});

it("a system that is down, or does not say all, gives no receipt: it is asked again for some days, and is then a task", async () => {
  const { crm, ids } = await left("hubspot", { erasesExpired: true });
  crm.instead = () => new Response("", { status: 500 });
  vi.spyOn(scheduler, "wait").mockResolvedValue(undefined);
  const start = Date.now();
  await job(start);
  await job(start + 5 * 60_000);
  expect([await tasks("open"), await tasks("done")]).toEqual([[], []]);
  expect(await dump("system_left")).toHaveLength(3);
  await job(start + 5 * DAY);
  const [open] = await tasks("open");
  expect(namesOf([open!])).toEqual([...ids].sort());
  expect(new Set(await whyOf(open!))).toEqual(new Set(["hubspot: 500"]));
  expect(removed(crm)).toEqual([]);
  vi.restoreAllMocks();
});

it("what an officer says is erased is looked for: still there, it is a task again; gone, that is on record", async () => {
  const { crm, object, ids } = await left("hubspot", {});
  await job();
  const [open] = await tasks("open");
  crm.records[object] = crm.records[object]!.filter(({ id }) => id !== ids[0]);
  const body = { how: "Bo erased them", outcome: "erased" };
  const { data } = await call("POST", `/v1/system-tasks/${open!.id}`, { token: officer, body });
  expect((data as { receipt: string }).receipt).toContain("looks there");
  await job();
  const [again] = await tasks("open");
  expect(again!.records.map(([, id]) => id).sort()).toEqual(ids.slice(1).sort());
  expect(await whyOf(again!)).toEqual(["there", "there"]);
  expect(await tasks("done")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ how: "gone", records: [[object, ids[0]]] }),
      expect.objectContaining({ id: open!.id, how: "Bo erased them" }),
    ]),
  );
  // Kept: nobody looks.
  crm.requests = [];
  const kept = { how: "customers", outcome: "kept" };
  expect((await call("POST", `/v1/system-tasks/${again!.id}`, { token: officer, body: kept })).status).toBe(
    200,
  );
  await job();
  expect(crm.requests).toEqual([]);
  expect(await tasks("open")).toEqual([]);
  expect((await deepOf(["system_tasks"])).found).toEqual([]);
});

it("two messages at once erase each once; receipts go two years after, and open tasks never", async () => {
  const { crm, ids } = await left("hubspot", { erasesExpired: true });
  const clock = Date.now;
  await Promise.all([eraseLeft(env, [connector], clock), eraseLeft(env, [connector], clock)]);
  await makeTasks(env, Date.now());
  expect(removed(crm)).toHaveLength(ids.length);
  expect(namesOf(await tasks("done"))).toEqual(expect.arrayContaining([...ids]));
  const later = Date.parse(today()) + 26 * MONTH;
  await sweep(env, later);
  expect(
    ((await dump("system_tasks")) as { done_on: string | null }[]).filter((one) => one.done_on !== null),
  ).toEqual([]);
  expect((await deepOf(["system_tasks"], later)).found).toEqual([]);
});
