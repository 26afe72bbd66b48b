/** What the tests of the desk's recordings share: a Worker of their own, a browser whose person has joined, and recordings. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Recording, RecordingArrived, RecordingRequest } from "../../../shared/recordings/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { joinTeam } from "../../../scripts/lib/browser.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import {
  addIntegration,
  addPerson,
  call,
  daysAgo,
  type Identity,
  invite,
  type Role,
  setUp,
} from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { launch, type Launched } from "../kit/harness.ts";

interface Desk {
  worker: RunningWorker;
  /** Tokens of an administrator, and of the browser's person. */
  admin: string;
  officer: string;
  dialler: string;
  browser: Launched;
}
export const desk = {} as Desk;

/** Once a file. */
export function withDesk(who: Identity & { role: Role }): void {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-recordings-"));
  beforeAll(async () => {
    // One store that nobody listens at, and a provider that keeps what it records abroad.
    const s3 = {
      ENDPOINT: "http://127.0.0.1:9",
      BUCKET: "b",
      REGION: "r",
      KEY_ID: "k",
      SECRET: "s",
      COUNTRY: "GB",
    };
    const vars = {
      ...Object.fromEntries(Object.entries(s3).map(([name, value]) => [`S3_${name}`, value])),
      ...{ AIRCALL_ID: "id", AIRCALL_TOKEN: "token", AIRCALL_COUNTRY: "IE" },
    };
    const port = await freePort();
    const worker = await startWorker({ port, stateDir: join(dir, "state"), setupCode: "the-code", vars });
    desk.worker = worker;
    desk.admin = await setUp(worker.url, "the-code", { name: "Ada Admin", email: "ada@example.com" });
    desk.officer = await addPerson(worker.url, desk.admin, who);
    desk.dialler = await addIntegration(worker.url, desk.admin);
    desk.browser = await launch({ joined: null, sites: [] });
    await joinTeam(desk.browser.own, worker.url, await invite(worker.url, desk.admin, who));
  });
  afterAll(async () => {
    expect(desk.browser?.errors).toEqual([]);
    await desk.browser?.close();
    await desk.worker?.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });
}

export const get = <T>(path: string) => call<T>(desk.worker.url, desk.officer, "GET", path);
export const post = <T>(path: string, body: unknown) =>
  call<T>(desk.worker.url, desk.officer, "POST", path, body);
export const one = (id: string) => get<Recording>(`/v1/recordings/${id}`);
export async function savePolicy(recording: Partial<Policy["recording"]>): Promise<void> {
  const { policy, version } = await get<PolicyAnswer>("/v1/policy");
  const next = { ...policy, recording: { ...policy.recording, ...recording } };
  const ifMatch = { "if-match": `"${version}"` };
  await call(desk.worker.url, desk.admin, "PUT", "/v1/policy", { policy: next, why: "test" }, ifMatch);
}

let calls = 0;
export const recording = (own: Partial<RecordingRequest> = {}): RecordingRequest => ({
  provider: "dialler",
  providerId: `call-${++calls}`,
  number: "+442079460958",
  agent: "ann@example.com",
  direction: "outbound",
  startedAt: `${daysAgo(3)}T14:20:00Z`,
  seconds: 60,
  storage: { kind: "r2" },
  announced: true,
  purpose: "quality",
  ...own,
});
/** Registers one and answers its id. */
export const arrive = async (own?: Partial<RecordingRequest>): Promise<string> =>
  (await call<RecordingArrived>(desk.worker.url, desk.dialler, "POST", "/v1/recordings", recording(own))).id;

export const button = (name: string | RegExp, within: Page | Locator = desk.browser.page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
export const dialog = () => desk.browser.page.getByRole("dialog");
export const rowsOf = (page: Page, table: string) =>
  page.getByRole("region", { name: table, exact: true }).locator("tbody tr");
export const rows = (table: string) => rowsOf(desk.browser.page, table);
export const said = (text: string | RegExp) =>
  desk.browser.page.getByRole("status").filter({ hasText: text }).first().waitFor();
