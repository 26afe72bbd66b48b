/** The desk's recordings, in the built extension against a Worker of its own: found, heard, held, erased, imported. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditAnswer, PolicyAnswer } from "../../shared/api.ts";
import type {
  ErasuresAnswer,
  Recording,
  RecordingArrived,
  RecordingRequest,
  RecordingsAnswer,
} from "../../shared/api-recordings.ts";
import type { Policy } from "../../shared/policy.ts";
import { joinTeam } from "../../scripts/lib/browser.ts";
import { freePort } from "../../scripts/lib/ports.ts";
import { addPerson, call, daysAgo, invite, push, setUp } from "../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../scripts/lib/worker.ts";
import { expectAccessibleInBoth } from "./axe.ts";
import { open, overflows } from "./desk-kit.ts";
import { launch, type Launched } from "./harness.ts";
import { shot } from "./shots.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-recordings-"));
let worker: RunningWorker;
let admin: string;
let officer: string;
let browser: Launched;

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
  worker = await startWorker({ port, stateDir: join(dir, "state"), setupCode: "the-code", vars });
  admin = await setUp(worker.url, "the-code", { name: "Ada Admin", email: "ada@example.com" });
  const cora = { name: "Cora Compliance", email: "cora@example.com", role: "compliance" } as const;
  officer = await addPerson(worker.url, admin, cora);
  browser = await launch({ joined: null, sites: [] });
  await joinTeam(browser.own, worker.url, await invite(worker.url, admin, cora));
  browser.page.setDefaultTimeout(10_000);
});
afterAll(async () => {
  expect(browser?.errors).toEqual([]);
  await browser?.close();
  await worker?.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

const get = <T>(path: string) => call<T>(worker.url, officer, "GET", path);
const one = (id: string) => get<Recording>(`/v1/recordings/${id}`);
async function savePolicy(recording: Partial<Policy["recording"]>): Promise<void> {
  const { policy, version } = await get<PolicyAnswer>("/v1/policy");
  const next = { ...policy, recording: { ...policy.recording, ...recording } };
  const ifMatch = { "if-match": `"${version}"` };
  await call(worker.url, admin, "PUT", "/v1/policy", { policy: next, why: "test" }, ifMatch);
}

let calls = 0;
const recording = (own: Partial<RecordingRequest> = {}): RecordingRequest => ({
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
const arrive = async (own?: Partial<RecordingRequest>): Promise<string> =>
  (await call<RecordingArrived>(worker.url, officer, "POST", "/v1/recordings", recording(own))).id;

const button = (name: string | RegExp, within: Page | Locator = browser.page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
const dialog = () => browser.page.getByRole("dialog");
const rowsOf = (page: Page, table: string) =>
  page.getByRole("region", { name: table, exact: true }).locator("tbody tr");
const rows = (table: string) => rowsOf(browser.page, table);
const said = (text: string | RegExp) =>
  browser.page.getByRole("status").filter({ hasText: text }).first().waitFor();

describe("search", () => {
  it("says plainly that there is none yet", async () => {
    const page = await open(browser, "#/recordings");
    await page.getByText("No recording is registered").waitFor();
    await expectAccessibleInBoth(page);
  });

  it("finds by number, day and about what time, agent and state; each filter stands in the address", async () => {
    await push(worker.url, admin, "tps", ["01632960001"], daysAgo(40));
    await arrive({ number: "01632 960001", startedAt: new Date().toISOString(), seconds: 3725 });
    await arrive({ agent: "bob@example.com", startedAt: `${daysAgo(3)}T18:40:00Z`, direction: "inbound" });
    await arrive({ startedAt: `${daysAgo(400)}T10:00:00Z`, number: "+442079460111" });
    await arrive();
    await savePolicy({ regions: ["GB", "IE"] });
    await arrive({ provider: "aircall", storage: { kind: "aircall", key: "42" }, number: "+442079460222" });
    await savePolicy({ regions: ["GB"] });

    const page = await open(browser, `#/recordings?date=${daysAgo(3)}&time=18:00`);
    await expect.poll(() => rows("Recordings").count()).toBe(1);
    expect(await rows("Recordings").textContent()).toMatch(/bob@example\.com.*Incoming.*1:00.*dialler.*Kept/);
    await page.getByText("within 60 minutes of 18:00").waitFor();
    await page.getByLabel("About what time").fill("14:00");
    await expect.poll(() => rows("Recordings").count()).toBe(2);
    expect(page.url()).toContain("time=14%3A00");
    await page.getByLabel("Number").fill("020 7946 0222");
    await expect.poll(() => rows("Recordings").count()).toBe(1);
    expect(await rows("Recordings").textContent()).toContain("Quarantined");
    await button("Clear filters").click();
    await expect.poll(() => rows("Recordings").count()).toBe(5);
    expect(await rows("Recordings").first().textContent()).toMatch(/Blocked at that time.*1:02:05/);
    expect(await rows("Recordings").nth(4).textContent()).toContain("Due");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings");
    await page.getByLabel("Show").selectOption("Blocked at that time");
    await expect.poll(() => rows("Recordings").count()).toBe(1);
    await button("Clear filters").click();
    await page.getByLabel("Agent").fill("bob@example.com");
    await expect.poll(() => rows("Recordings").count()).toBe(1);
    await page.setViewportSize({ width: 480, height: 800 });
    await expect.poll(() => overflows(page)).toBe(false);
    await shot(page, "desk-recordings-narrow");
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("alarms of what is quarantined, there and on the overview, and leads to it", async () => {
    const page = await open(browser, "#/");
    await page.locator('[data-todo="recordings.quarantined"]').getByRole("link").click();
    await expect.poll(() => rows("Recordings").count()).toBe(1);
    const alarm = page.locator('[data-alarm="quarantined"]');
    expect(await alarm.textContent()).toContain("1 recording lies outside the policy's regions");
    await rows("Recordings").getByRole("link").click();
    await page.getByText("It lies in Ireland; policy keeps recordings in United Kingdom.").waitFor();
    expect(await page.getByLabel("What do you open it for?").count()).toBe(0);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-quarantined");
    await open(browser, "#/recordings");
    await page.getByRole("tab", { name: "Search" }).press("ArrowLeft");
    // The keys stay with the tabs.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Stores");
    expect(page.url()).toContain("#/recordings/stores");
    await expect.poll(() => rows("Stores").count()).toBe(4);
    expect(await rows("Stores").allTextContents()).toEqual([
      expect.stringMatching(/^Cloudflare R2Allowed/) as string,
      expect.stringMatching(/^S3 storeAllowedUnited Kingdom/) as string,
      expect.stringMatching(/^TwilioNot set up/) as string,
      expect.stringMatching(/^AircallOutside policyIreland/) as string,
    ]);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings-stores");
  });

  it("one is shown whole, in plain words", async () => {
    const { recordings } = await get<RecordingsAnswer>("/v1/recordings?show=flagged");
    const page = await open(browser, `#/recordings/call/${recordings[0]!.id}`);
    const main = await page.locator("main").textContent();
    expect(main).toMatch(/On TPS \(list of/);
    expect(main).toMatch(
      /Announced to the other partyyes.*Cloudflare R2, United Kingdom.*policy: kept 12 months/,
    );
  });
});

/** Eight kilohertz, as telephones have it: a tone that swells and fades. */
function wav(seconds: number): Buffer<ArrayBuffer> {
  const rate = 8000;
  const file = Buffer.alloc(44 + 2 * rate * seconds);
  file.write("RIFF", 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8);
  [16, 0x0001_0001, rate, 2 * rate, 0x0010_0002].forEach((n, i) => file.writeUInt32LE(n, 16 + 4 * i));
  file.write("data", 36);
  file.writeUInt32LE(file.length - 44, 40);
  for (let i = 0; i < rate * seconds; i++)
    file.writeInt16LE(Math.round(20_000 * Math.sin(i / 3) * Math.sin(i / 9000) ** 2), 44 + 2 * i);
  return file;
}

describe("audio", () => {
  let id: string;
  /** What became of each blob's address in the page. */
  const addresses = (page: Page) =>
    page.evaluate(() => (window as unknown as { addresses: Record<string, boolean> }).addresses);

  beforeAll(async () => {
    id = await arrive({ seconds: 60, number: "+442079460333" });
    const put = await fetch(`${worker.url}/v1/recordings/${id}/audio`, {
      method: "PUT",
      headers: { authorization: `Bearer ${officer}`, "content-type": "audio/wav" },
      body: wav(60),
    });
    expect(put.status).toBe(200);
    await browser.page.addInitScript(() => {
      const addresses: Record<string, boolean> = {};
      Object.assign(window, { addresses });
      const make = URL.createObjectURL.bind(URL);
      const revoke = URL.revokeObjectURL.bind(URL);
      URL.createObjectURL = (of: Blob) => {
        const address = make(of);
        addresses[address] = true;
        return address;
      };
      URL.revokeObjectURL = (address: string) => {
        addresses[address] = false;
        revoke(address);
      };
    });
  });

  it("is opened for a purpose, on the trail; plays, and goes by keyboard; closed, nothing of it is left", async () => {
    const page = await open(browser, `#/recordings/call/${id}`);
    expect(await button("Open the audio").isDisabled()).toBe(true);
    await page.getByLabel("What do you open it for?").selectOption("protection of both sides");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording");
    await button("Open the audio").click();
    const position = page.getByRole("slider", { name: "Position" });
    await expect.poll(() => position.getAttribute("aria-valuetext")).toBe("0 seconds of 1 minute 0 seconds");
    await expect.poll(() => button("Play").isEnabled()).toBe(true);
    const now = async () => Number(await position.getAttribute("aria-valuenow"));
    // The focus is where the keys are heard.
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(now).toBe(10);
    await position.press("ArrowLeft");
    await expect.poll(now).toBe(5);
    expect(await position.getAttribute("aria-valuetext")).toBe("5 seconds of 1 minute 0 seconds");
    await position.press("End");
    await expect.poll(now).toBe(60);
    await position.press("Home");
    await expect.poll(now).toBe(0);
    await position.press(" ");
    await button("Pause").waitFor();
    // It is heard: the time goes on by itself.
    await page.getByText(/^0:0[1-9] \/ 1:00$/).waitFor();
    await button("Pause").press(" ");
    await button("Play").waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-player");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "desk-recording-player-dark");
    await page.emulateMedia({ colorScheme: null });
    const trail = await get<AuditAnswer>(`/v1/audit?code=opened.recording-audio&subject=${id}`);
    expect(trail.rows).toMatchObject([{ actorName: "Cora Compliance", payload: { purpose: "protection" } }]);
    expect(Object.values(await addresses(page))).toContain(true);
    await button("Close the audio").click();
    await button("Open the audio").waitFor();
    expect(Object.values(await addresses(page))).not.toContain(true);
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("SELECT");
  });

  it("whose audio the store does not hold says so, and the server is not taken for gone", async () => {
    const page = await open(
      browser,
      `#/recordings/call/${await arrive({ storage: { kind: "s3", key: "calls/1" } })}`,
    );
    await page.getByLabel("What do you open it for?").selectOption("training");
    await button("Open the audio").click();
    await page.getByText("The store did not do it.").waitFor();
    await expectAccessibleInBoth(page);
    await open(browser, `#/recordings/call/${await arrive()}`);
    await page.getByLabel("What do you open it for?").selectOption("training");
    await button("Open the audio").click();
    await page.getByText("The store holds no audio of this recording.").waitFor();
  });

  it("nobody opens it whom policy does not name", async () => {
    await savePolicy({ openedBy: ["manager"] });
    const page = await open(browser, `#/recordings/call/${id}`);
    await page.getByText("Policy lets manager listen to recordings.").waitFor();
    await savePolicy({ openedBy: ["manager", "compliance"] });
  });
});

describe("holds and erasure", () => {
  it("a hold has a reason and a day to look at it again, keeps from erasure, and is released", async () => {
    const id = await arrive({ number: "+442079460444" });
    const page = await open(browser, `#/recordings/call/${id}`);
    await button("Hold…").click();
    await dialog().getByLabel("Reason").fill("Claim 4711");
    await dialog().getByLabel("Look at it again on").click();
    // Today where the policy is.
    const day = new Intl.DateTimeFormat("en-GB", {
      timeZone: "Europe/London",
      day: "numeric",
      month: "long",
      year: "numeric",
    }).format();
    await button(day).click();
    await button("Previous month").waitFor({ state: "hidden" });
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-hold");
    await button("Hold it", dialog()).click();
    await said("It is held, and nobody can erase it.");
    await page.getByText("Held: Claim 4711").waitFor();
    expect(await button("Erase…").count()).toBe(0);
    expect((await one(id)).hold).toMatchObject({ reason: "Claim 4711", byName: "Cora Compliance" });

    await open(browser, "#/recordings/holds");
    expect(await rows("Holds").textContent()).toMatch(/Review due.*Claim 4711.*Cora Compliance/);
    await page.locator('[data-alarm="holdsToReview"]').waitFor();
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings-holds");
    await rows("Holds").getByRole("link").click();
    await button("Release…").click();
    await dialog().getByLabel("Reason").fill("Settled");
    await button("Release it", dialog()).click();
    await said("It is released.");
    await button("Erase…").waitFor();
    expect((await one(id)).hold).toBeNull();
  });

  it("one is erased by hand after a question, and leaves a certificate that can be printed", async () => {
    const id = await arrive({ number: "+442079460555" });
    const page = await open(browser, `#/recordings/call/${id}`);
    await button("Erase…").click();
    await dialog().getByText("It stays on the certificate for good: name nobody.").waitFor();
    await dialog().getByLabel("Reason").fill("Asked for in writing");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-erase");
    await button("Erase it", dialog()).click();
    await page.getByRole("heading", { level: 1, name: "An erased recording" }).waitFor({ timeout: 30_000 });
    expect(await page.locator("main").textContent()).not.toContain("020 7946 0555");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-erased");
    await page.getByRole("link", { name: "See the certificate of its erasure" }).click();
    await page.getByText(id).waitFor();
    const main = await page.locator("main").textContent();
    expect(main).toMatch(/by hand.*Asked for in writing.*Commitment[0-9a-f]{64}/);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-certificate");
    await page.evaluate(() => {
      window.print = () => document.body.setAttribute("data-printed", "");
    });
    await button("Print").click();
    expect(await page.locator("body[data-printed]").count()).toBe(1);
    // Dark on white, whatever the screen is.
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await shot(page, "desk-certificate-print");
    expect(await page.getByRole("navigation").isVisible()).toBe(false);
    const ink = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return { color, backgroundColor };
    });
    expect(ink).toEqual({ color: "rgb(26, 34, 48)", backgroundColor: "rgb(255, 255, 255)" });
    await page.emulateMedia({ media: null, colorScheme: null });
    await open(browser, "#/recordings/certificates");
    expect(await rows("Certificates of erasure").textContent()).toContain("Asked for in writing");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-certificates");
  });

  it("what could not be erased is named with the store's words and the next try", async () => {
    const id = await arrive({ storage: { kind: "s3", key: "calls/2" }, number: "+442079460666" });
    const page = await open(browser, `#/recordings/call/${id}`);
    await button("Erase…").click();
    await dialog().getByLabel("Reason").fill("A try");
    await button("Erase it", dialog()).click();
    await page.getByText("has failed 1 time. The store said: s3:").waitFor({ timeout: 30_000 });
    await page.getByText("Next try:").waitFor();
    await open(browser, "#/recordings/erasures");
    const failed = rows("Recordings that could not be erased");
    await expect.poll(() => failed.textContent()).toMatch(/20 7946 0666.*S3 store, United Kingdom.*s3: .*1/);
    await page.locator('[data-alarm="failing"]').waitFor();
  });

  it("what is erased in which week is a chart, and a table", async () => {
    // Some weeks have none.
    const weeksAgo = Array.from({ length: 50 }, (_, week) =>
      Array<number>((week % 4) * (week % 3)).fill(week),
    ).flat();
    const rows = weeksAgo.map((week, n) =>
      recording({
        startedAt: `${daysAgo(7 * week + 4)}T10:00:00Z`,
        storage: { kind: "r2", key: `years/${n}` },
      }),
    );
    await call(worker.url, officer, "POST", "/v1/recordings/import", { dryRun: false, rows });
    const held = await arrive({ startedAt: `${daysAgo(200)}T10:00:00Z` });
    await call(worker.url, officer, "POST", `/v1/recordings/${held}/hold`, {
      reason: "A dispute",
      reviewOn: daysAgo(-60),
    });
    const page = await open(browser, "#/recordings/erasures");
    const { weeks } = await get<ErasuresAnswer>("/v1/recordings/erasures");
    const all = weeks.reduce((sum, week) => sum + week.recordings, 0);
    await page.getByRole("img", { name: `${all} recordings by` }).waitFor();
    await page.getByText("As a table").click();
    const shown = page.getByRole("table", { name: "Upcoming erasures by week" }).locator("tbody tr");
    const counts = (await shown.allTextContents()).map((row) => row.replace(/^.* 20\d\d|^earlier/, ""));
    expect(counts).toHaveLength(weeks.length);
    expect(counts.slice(1)).toEqual(weeks.slice(1).map((w) => `${w.recordings - w.held}${w.held}`));
    await expectAccessibleInBoth(page);
    await page.getByText("As a table").click();
    await shot(page, "desk-recordings-erasures");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "desk-recordings-erasures-dark");
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize({ width: 480, height: 800 });
    await expect.poll(() => overflows(page)).toBe(false);
    await shot(page, "desk-recordings-erasures-narrow");
    await page.setViewportSize({ width: 1280, height: 900 });
  });
});

describe("import", () => {
  const csv = [
    "Recording SID,To,Start Time,Duration,Direction,User,File",
    `R1,020 7946 0700,${daysAgo(2)} 10:15,4:12,outbound-dial,ann@example.com,old/1.mp3`,
    "R2,020 7946 0701,20/01/2020 10:15,61,inbound,,old/2.mp3",
    "R3,hello,2026-11-20T10:00:00Z,1,inbound,,old/3.mp3",
    "R4,020 7946 0702,yesterday,1,inbound,,old/4.mp3",
    `R5,withheld,${daysAgo(1)}T09:00:00+01:00,5,in,,old/5.mp3`,
  ].join("\r\n");

  it("is tried first, line by line, and then done; done again, nothing is entered twice", async () => {
    const count = async () => (await get<RecordingsAnswer>("/v1/recordings?provider=oldphones")).recordings;
    const page = await open(browser, "#/recordings");
    await page.getByRole("link", { name: "Import a list…" }).click();
    const dataTransfer = await page.evaluateHandle((content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], "calls.csv"));
      return data;
    }, csv);
    await page.locator(".desk-drop").dispatchEvent("drop", { dataTransfer });
    await page.getByText("calls.csv: 5 recordings.").waitFor();
    const columnOf = (label: string) => page.getByLabel(label).locator("option:checked").textContent();
    expect(await columnOf("Provider's id of the recording")).toBe("Recording SID");
    expect(await columnOf("Place in the store (key)")).toBe("File");
    expect(await button("Try it").isDisabled()).toBe(true);
    await page.getByRole("textbox", { name: "Provider" }).fill("oldphones");
    await page.getByLabel("Where the audio lies").selectOption("Cloudflare R2");
    await page.getByLabel("Direction, where the file says none").selectOption("Incoming");
    await page.getByLabel("Announced, where the file says nothing").selectOption("yes");
    await page.getByLabel("Recorded for, where the file says nothing").selectOption("training");
    await expectAccessibleInBoth(page);
    await button("Try it").click();
    await page.getByText("3 would be added, 2 lines are refused.").waitFor();
    await page.getByText("Of 1 the time is over: the next run erases it.").waitFor();
    const lines = await rows("Lines of the file").allTextContents();
    expect(lines[1]).toMatch(/^3R2.*Would be added.*time is over/);
    expect(lines[2]).toMatch(/^4R3helloRefused/);
    expect(lines[3]).toMatch(/^5R4.*Refused.*startedAt/);
    expect(await count()).toEqual([]);
    await expectAccessibleInBoth(page);
    await page.screenshot({ path: "build/shots/desk-recordings-import.png", fullPage: true });
    await button("Import 3 recordings").click();
    await page.getByText("3 were added, 2 lines are refused.").waitFor();
    expect(await count()).toMatchObject([
      { number: null, startedAt: `${daysAgo(1)}T08:00:00.000Z`, direction: "inbound", announced: true },
      {
        number: "+442079460700",
        seconds: 252,
        direction: "outbound",
        startedAt: `${daysAgo(2)}T10:15:00.000Z`,
      },
      { providerId: "R2", startedAt: "2020-01-20T10:15:00.000Z", storage: { kind: "r2", key: "old/2.mp3" } },
    ]);
    await button("Try it").click();
    await page.getByText("0 would be added, 3 are in the register already, 2 lines are refused.").waitFor();
    await page.setViewportSize({ width: 480, height: 800 });
    await expect.poll(() => overflows(page)).toBe(false);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("managers look, and have no buttons", async () => {
    const manager = await launch({ joined: null, sites: [] });
    try {
      const who = { name: "Max Manager", email: "max@example.com", role: "manager" } as const;
      await joinTeam(manager.own, worker.url, await invite(worker.url, admin, who));
      const page = await open(manager, "#/recordings");
      await rowsOf(page, "Recordings").first().getByRole("link").click();
      await page.getByRole("heading", { level: 2, name: "Audio" }).waitFor();
      expect(await button(/Hold|Erase|Import/, page).count()).toBe(0);
      await open(manager, "#/recordings/import");
      await page.getByRole("heading", { level: 1, name: "There is nothing here" }).waitFor();
    } finally {
      await manager.close();
    }
  });
});
