/** Recordings on the desk: found, listened to, imported. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { joinTeam } from "../../../scripts/lib/browser.ts";
import { daysAgo, invite, push } from "../../../scripts/lib/seed.ts";
import type { RecordingRequest, RecordingsAnswer } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import type { AuditAnswer } from "../../../shared/trail/api.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { launch } from "../kit/harness.ts";
import { shot } from "../kit/shots.ts";
import { expectNamed, open, overflows } from "./kit.ts";
import { button, get, own, rows, rowsOf } from "./own-worker.ts";
import {
  aircallReports,
  arrive,
  dialler,
  importAll,
  recording,
  savePolicy,
  withStores,
} from "./recordings-kit.ts";

withStores({ name: "Cora Compliance", email: "cora@example.com", role: "compliance" });

describe("search", () => {
  it("says plainly that there is none yet", async () => {
    const page = await open(own.browser, "#/recordings");
    await page.getByText("No recording is registered").waitFor();
    await expectAccessibleInBoth(page);
  });

  it("finds by number, day and about what time, agent and state; each filter stands in the address", async () => {
    await push(own.worker.url, own.admin, "tps", ["01632960001"], daysAgo(40));
    await arrive({ number: "01632 960001", startedAt: new Date().toISOString(), seconds: 3725 });
    const at = (startedAt: string, name: string, more: Partial<RecordingRequest> = {}) =>
      recording({ startedAt, storage: { kind: "s3", key: `old/${name}` }, ...more });
    await importAll([
      at(`${daysAgo(3)}T18:40:00Z`, "evening", { agent: "bob@example.com", direction: "inbound" }),
      at(`${daysAgo(3)}T14:20:00Z`, "afternoon", { number: "+442079460221" }),
      at(`${daysAgo(400)}T10:00:00Z`, "due", { number: "+442079460111" }),
    ]);
    await savePolicy({ regions: ["GB", "IE"] });
    await aircallReports("+442079460222");
    await savePolicy({ regions: ["GB"] });

    // Times are in the policy's zone: in summer an hour later than the UTC times above.
    const page = await open(own.browser, `#/recordings?date=${daysAgo(3)}&time=19:00`);
    await expect.poll(() => rows("Recordings").count()).toBe(1);
    await expect
      .poll(() => rows("Recordings").textContent())
      .toMatch(/bob@example\.com.*Incoming.*1:00.*dialler.*Kept/);
    await page.getByText("within 60 minutes of 19:00").waitFor();
    await page.getByLabel("About what time").fill("14:50");
    await expect.poll(() => rows("Recordings").textContent()).toContain("7946 0221");
    expect(page.url()).toContain("time=14%3A50");
    await button("Clear filters").click();
    await page.getByLabel("Number").fill("020 7946 0222");
    await expect.poll(() => rows("Recordings").count()).toBe(1);
    await expect.poll(() => rows("Recordings").textContent()).toContain("Quarantined");
    await button("Clear filters").click();
    await expect.poll(() => rows("Recordings").count()).toBe(5);
    await expect
      .poll(() => rows("Recordings").first().textContent())
      .toMatch(/Blocked at that time.*1:02:05/);
    await expect.poll(() => rows("Recordings").nth(4).textContent()).toContain("Came late: waits");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings");
    await page.getByLabel("Show").selectOption("Blocked, or not judged");
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
    const page = await open(own.browser, "#/");
    await page.locator('[data-todo="recordings.quarantined"]').getByRole("link").click();
    await expect.poll(() => rows("Recordings").count()).toBe(1);
    const alarm = page.locator('[data-alarm="quarantined"]');
    await expect.poll(() => alarm.textContent()).toContain("1 recording lies outside the policy's regions");
    await rows("Recordings").getByRole("link").click();
    await page.getByText("It lies in Ireland; policy keeps recordings in United Kingdom.").waitFor();
    await expect.poll(() => page.getByLabel("What do you open it for?").count()).toBe(0);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording-quarantined");
    await open(own.browser, "#/recordings");
    await page.getByRole("tab", { name: "Search" }).press("ArrowLeft");
    // The focus stays on the tabs.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Stores");
    expect(page.url()).toContain("#/recordings/stores");
    await expect.poll(() => rows("Stores").count()).toBe(7);
    await expect
      .poll(() => rows("Stores").allTextContents())
      .toEqual([
        expect.stringMatching(/^Cloudflare R2Allowed/) as string,
        expect.stringMatching(/^S3 storeAllowedUnited Kingdom/) as string,
        expect.stringMatching(/^TwilioNot set up/) as string,
        expect.stringMatching(/^AircallOutside policyIreland/) as string,
        expect.stringMatching(/^Requests' files \(Cloudflare R2\)AllowedUnited Kingdom/) as string,
        expect.stringMatching(/^Copies for requesters \(Cloudflare R2\)AllowedUnited Kingdom/) as string,
        expect.stringMatching(/^The trail's archive \(Cloudflare R2\)AllowedUnited Kingdom/) as string,
      ]);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings-stores");
  });

  it("one is shown whole, in plain words", async () => {
    const { recordings } = await get<RecordingsAnswer>("/v1/recordings?show=flagged");
    const page = await open(own.browser, `#/recordings/call/${recordings[0]!.id}`);
    const main = () => page.locator("main").textContent();
    await expect.poll(main).toMatch(/On TPS \(list of/);
    await expect
      .poll(main)
      .toMatch(/Announced to the other partyyes.*Cloudflare R2, United Kingdom.*policy: kept 12 months/);
  });
});

/** A tone that swells and fades, at eight kilohertz like telephone audio. */
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
  /** Whether each blob's address in the page still exists. */
  const addresses = (page: Page) =>
    page.evaluate(() => (window as unknown as { addresses: Record<string, boolean> }).addresses);

  beforeAll(async () => {
    id = await arrive({ seconds: 60, number: "+442079460333" });
    const put = await fetch(`${own.worker.url}/v1/recordings/${id}/audio`, {
      method: "PUT",
      headers: { authorization: `Bearer ${dialler}`, "content-type": "audio/wav" },
      body: wav(60),
    });
    expect(put.status).toBe(200);
    await own.browser.page.addInitScript(() => {
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

  it("job: listen to a recording for a purpose, in one click, on the trail; by keyboard, too; closed, nothing of it is left", async () => {
    const clicks = new Clicks();
    const page = await open(own.browser, `#/recordings/call/${id}`);
    await expectNamed(button("Open the audio"), "Choose one.");
    await page.getByLabel("What do you open it for?").selectOption("protection of both sides");
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recording");
    await clicks.on(button("Open the audio"));
    const position = page.getByRole("slider", { name: "Position" });
    await expect.poll(() => position.getAttribute("aria-valuetext")).toBe("0 seconds of 1 minute 0 seconds");
    await expect.poll(() => button("Play").isEnabled()).toBe(true);
    const now = async () => Number(await position.getAttribute("aria-valuenow"));
    // The player has the focus.
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(now).toBe(10);
    await position.press("ArrowLeft");
    await expect.poll(now).toBe(5);
    await expect.poll(() => position.getAttribute("aria-valuetext")).toBe("5 seconds of 1 minute 0 seconds");
    await position.press("End");
    await expect.poll(now).toBe(60);
    await position.press("Home");
    await expect.poll(now).toBe(0);
    await position.press(" ");
    await button("Pause").waitFor();
    // It plays: the time moves by itself.
    await page.getByText(/^0:(0[1-9]|[1-5]\d) \/ 1:00$/).waitFor();
    expect(clicks.count).toBe(1);
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
    const page = await open(own.browser, `#/recordings/call/${await arrive({ storage: { kind: "s3" } })}`);
    await page.getByLabel("What do you open it for?").selectOption("training");
    await button("Open the audio").click();
    await page.getByText("The store reported an error.").waitFor();
    await expectAccessibleInBoth(page);
    await open(own.browser, `#/recordings/call/${await arrive()}`);
    await page.getByLabel("What do you open it for?").selectOption("training");
    await button("Open the audio").click();
    await page.getByText("The store has no audio for this recording.").waitFor();
  });

  it("nobody opens it whom policy does not name", async () => {
    await savePolicy({ openedBy: ["manager"] });
    const page = await open(own.browser, `#/recordings/call/${id}`);
    await page.getByText("Policy lets manager listen to recordings.").waitFor();
    await savePolicy({ openedBy: ["manager", "compliance"] });
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
    const page = await open(own.browser, "#/recordings");
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
    await expectNamed(button("Try it"), "Fill this in.");
    await page.getByRole("textbox", { name: "Provider" }).fill("oldphones");
    await page.getByLabel("Where the audio lies").selectOption(recordingsEn.stores.s3);
    await page.getByLabel("Direction, where the file says none").selectOption("Incoming");
    await page.getByLabel("Announced, where the file says nothing").selectOption("yes");
    await page.getByLabel("Recorded for, where the file says nothing").selectOption("training");
    await expectAccessibleInBoth(page);
    await button("Try it").click();
    await page.getByText("3 would be added, 2 lines are refused.").waitFor();
    await page.getByText("Of 1 the time is over: it is erased a day after the import.").waitFor();
    const lines = await rows("Lines of the file").allTextContents();
    expect(lines[1]).toMatch(/^3R2.*Would be added.*time is over/);
    expect(lines[2]).toMatch(/^4R3helloRefused/);
    expect(lines[3]).toMatch(/^5R4.*Refused.*startedAt/);
    expect(await count()).toEqual([]);
    await expectAccessibleInBoth(page);
    await shot(page, "desk-recordings-import");
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
      { providerId: "R2", startedAt: "2020-01-20T10:15:00.000Z", storage: { kind: "s3", key: "old/2.mp3" } },
    ]);
    await button("Try it").click();
    await page.getByText("0 would be added, 3 are here already, 2 lines are refused.").waitFor();
    await page.setViewportSize({ width: 480, height: 800 });
    await expect.poll(() => overflows(page)).toBe(false);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("managers look, and have no buttons", async () => {
    const manager = await launch({ joined: null, sites: [] });
    try {
      const who = { name: "Max Manager", email: "max@example.com", role: "manager" } as const;
      await joinTeam(manager.own, own.worker.url, await invite(own.worker.url, own.admin, who));
      const page = await open(manager, "#/recordings");
      await rowsOf(page, "Recordings").first().getByRole("link").click();
      await page.getByRole("heading", { level: 2, name: "Audio" }).waitFor();
      await expect.poll(() => button(/Hold|Erase|Import/, page).count()).toBe(0);
      await open(manager, "#/recordings/import");
      await page.getByRole("heading", { level: 1, name: "There is nothing here" }).waitFor();
    } finally {
      await manager.close();
    }
  });
});
