/** `npm start` as a person types it, without a display: first run and second, what it serves, and that it ends. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { contacts, nationalDigits, onRecord, type Standing } from "../../../demo/data.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { call, type Tokens } from "../../../scripts/lib/seed.ts";
import type { CheckAnswer, Verdict } from "../../../shared/check/api.ts";
import { openExtensionPage } from "../../../scripts/lib/browser.ts";
import { Clicks } from "../kit/clicks.ts";
import { launch, type Launched, settledMarks } from "../kit/harness.ts";

const folder = mkdtempSync(join(tmpdir(), "cleardial-demo-"));
const stateDir = join(folder, "state");
let port = 0;
let demoPort = 0;

beforeAll(async () => {
  port = await freePort();
  demoPort = await freePort();
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

interface Started {
  child: ChildProcess;
  said: () => string;
  ended: Promise<number | null>;
}

function start(args: string[] = [], more: NodeJS.ProcessEnv = {}): Started {
  const env: NodeJS.ProcessEnv = { ...process.env, PORT: String(port), DEMO_PORT: String(demoPort), ...more };
  env["STATE_DIR"] = stateDir;
  env["TMPDIR"] = folder;
  env["CHROME_PATH"] = inject("e2e").chromium;
  // As people run it, from the sources.
  delete env["WORKER_BUNDLE"];
  delete env["DISPLAY"];
  delete env["WAYLAND_DISPLAY"];
  const child = spawn(process.execPath, [at("scripts/run.mjs"), "start", ...args], { env, cwd: folder });
  let said = "";
  child.stdout.on("data", (data: Buffer) => (said += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  return { child, said: () => said, ended: new Promise((done) => child.on("close", done)) };
}

/** Living processes (a Worker, a browser) whose command line names the demo's folder or its Worker's port. */
const living = (): string[] =>
  commandLines().filter((line) => line.includes(folder) || line.includes(`:${port}`));

/** Every process's command line; a zombie's is empty. */
function commandLines(): string[] {
  if (!existsSync("/proc/self/cmdline"))
    return execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).split("\n");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    });
}

const verdicts: Record<Standing, Verdict> = {
  tps: "blocked",
  ctps: "blocked",
  objection: "blocked",
  house: "blocked",
  consented: "caution",
};
/** A number without a UK reading is unknown, whatever the hour: of its country no law is known here. */
const wanted = (written: string, standing: Standing | undefined): Verdict =>
  standing ? verdicts[standing] : nationalDigits(written).startsWith("0") ? "clear" : "unknown";

/** Opens an invite's link, and what it leads to, in three clicks: the page of the CRM. */
async function throughLink(browser: Launched, link: string, crm: string, clicks: Clicks): Promise<Page> {
  const { page } = browser;
  await page.goto(link);
  const tabId = await browser.own.evaluate(
    async (start) => (await chrome.tabs.query({})).find(({ url }) => url?.startsWith(start))?.id,
    link.replace(/#.*/, ""),
  );
  // ClearDial's button, whose popup this is.
  await clicks.does(() => openExtensionPage(browser, `popup.html?tabId=${tabId}`).catch(() => null));
  await page.waitForURL(/welcome\.html/);
  await clicks.on(page.getByRole("button", { name: "Turn on, and open your CRM" }));
  const opened = () => browser.context.pages().find((one) => one.url().startsWith(crm));
  await expect.poll(opened).toBeDefined();
  await opened()!.bringToFront();
  return opened()!;
}

describe("npm start", () => {
  it("takes a picture of the badged CRM on its first run, and ends", async () => {
    const file = join(folder, "shot.png");
    const run = start(["--shot", file]);
    const code = await run.ended;
    expect(code, run.said()).toBe(0);
    const png = readFileSync(file);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    // 1440 by 900 at a scale of two.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2880, 1800]);
    expect(living()).toEqual([]);
  });

  it("job: prints one link where there is no display; it leads to the badges in three clicks, and nothing is left at the end", async () => {
    const run = start();
    await expect.poll(run.said, { timeout: 200_000 }).toContain("Ctrl-C ends everything.");
    expect(run.said()).toContain("There is no display");
    expect(living().length).toBeGreaterThan(1);

    // The registers, the in-house entries and the consents are there, each once.
    const file = join(stateDir, "demo.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { tokens } = JSON.parse(readFileSync(file, "utf8")) as { tokens: Tokens };
    const url = `http://localhost:${port}`;
    const { results } = await call<CheckAnswer>(url, tokens.agent, "POST", "/v1/check", {
      numbers: onRecord.map((n) => n.written),
    });
    expect(results.map((r) => `${r.input} ${r.verdict}`)).toEqual(
      onRecord.map((n) => `${n.written} ${wanted(n.written, n.standing)}`),
    );

    // One link: no address, code or path to copy by hand. It joins, and leads to the CRM.
    const links = run.said().match(/https?:\/\/\S+#\S+/g) ?? [];
    expect(links).toEqual([expect.stringMatching(new RegExp(`^${url}/join#code=cdi_[\\w-]+$`))]);
    expect(run.said().match(/cdi_/g)).toHaveLength(1);
    const browser = await launch({ joined: null, sites: [], viewport: { width: 1440, height: 900 } });
    try {
      // The first is that on the link.
      const clicks = new Clicks();
      clicks.count = 1;
      const page = await throughLink(browser, links[0]!, `http://localhost:${demoPort}`, clicks);
      const marks = await settledMarks(page, (m) => new Set(m.map((x) => x.verdict)).size === 4);
      const known = new Map(
        onRecord.map((n) => [n.written.replace(/\s*ext.*/, ""), wanted(n.written, n.standing)]),
      );
      const wrong = marks.filter((m) => known.get(m.text) !== m.verdict && m.text !== "415 555 0134");
      expect(wrong).toEqual([]);
      expect(clicks.count).toBe(3);
      // The first ten contacts are on the first screen, whatever the fonts.
      const texts = marks.map((m) => m.text);
      for (const contact of contacts.slice(0, 10)) {
        for (const { written, label } of contact.phones)
          if (label !== "Direct") expect(texts, contact.name).toContain(written);
      }
      expect(browser.errors).toEqual([]);
    } finally {
      await browser.close();
    }

    run.child.kill("SIGINT");
    expect(await run.ended).toBe(130);
    expect(living()).toEqual([]);
  });

  it("says plainly that a port is taken", async () => {
    const run = start([], { PORT: new URL(inject("e2e").workerUrl).port });
    expect(await run.ended).toBe(1);
    expect(run.said()).toMatch(/^Port \d+ is in use by another program\. .*PORT=\d+\.$/m);
  });
});
