/**
 * `npm start`: starts the Worker, a demo CRM, and a browser with the extension, signed in and turned on.
 * `npm start -- --shot FILE.png` takes a picture of the badged CRM instead. `--as manager` (compliance, admin) signs in
 * another member of the demo team instead of the agent.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startDemo } from "../demo/server.ts";
import { buildExtension } from "./build.ts";
import {
  type Browser,
  grantedCopy,
  joinTeam,
  launchBrowser,
  openExtensionPage,
  send,
  turnOn,
} from "./lib/browser.ts";
import { findChromium, hasDisplay, installChromium } from "./lib/chromium.ts";
import { seedDemo, team } from "./lib/demo.ts";
import { settledMarks } from "./lib/marks.ts";
import { at, whereCalled } from "./lib/paths.ts";
import { claimPort, portFrom } from "./lib/ports.ts";
import { main, onEnd, Plain } from "./lib/processes.ts";
import { invite, type Role } from "./lib/seed.ts";
import { makeSetupCode, startWorker } from "./lib/worker.ts";

const say = (line: string) => console.log(line);

interface Ready {
  workerUrl: string;
  demoUrl: string;
  extension: string;
  /** The member of the demo team whom the browser is signed in as. */
  who: Role;
  /** A fresh invite for them. */
  newCode(): Promise<string>;
}

await main(async () => {
  const { shot, who } = options();
  const port = portFrom("PORT", 8787);
  const demoPort = portFrom("DEMO_PORT", 8788);
  await claimPort(port, "PORT");
  await claimPort(demoPort, "DEMO_PORT");
  const stateDir = resolve(whereCalled(), process.env["STATE_DIR"] || at(".wrangler/state"));

  // Ended in reverse.
  const started = new AsyncDisposableStack();
  onEnd(() => started.disposeAsync());
  try {
    say("Starting the Worker and building the extension…");
    const setupCode = makeSetupCode();
    const [worker, build] = await Promise.all([
      startWorker({ port, stateDir, setupCode }).then((w) => (started.defer(w.stop), w)),
      buildExtension(),
    ]);
    void worker.ended.then(() => started.disposed || console.error("\nThe Worker has ended by itself."));
    const tokens = await seedDemo({
      ...{ url: worker.url, setupCode, stateDir, say },
      crmUrl: `http://localhost:${demoPort}`,
    });
    const demo = await startDemo(demoPort);
    started.defer(demo.stop);

    const ready: Ready = {
      workerUrl: worker.url,
      demoUrl: demo.url,
      extension: build.directory,
      who,
      newCode: () => invite(worker.url, tokens.admin, { ...team[who], role: who }),
    };
    if (shot) {
      await takePicture(ready, shot, started);
      say(`The badged demo CRM is in ${shot}`);
    } else {
      await serve(ready, started);
      await new Promise(() => setInterval(() => undefined, 2 ** 30));
    }
  } finally {
    await started.disposeAsync();
  }
  process.exit(0);
});

function options(): { shot: string | undefined; who: Role } {
  const usage = `Usage: npm start [-- --shot FILE.png] [--as ${Object.keys(team).join("|")}]`;
  try {
    const { values } = parseArgs({
      options: { shot: { type: "string" }, as: { type: "string", default: "agent" } },
    });
    if (!Object.hasOwn(team, values.as)) throw new Error(`The demo team has no "${values.as}".`);
    return { shot: values.shot && resolve(whereCalled(), values.shot), who: values.as as Role };
  } catch (error) {
    throw new Plain(`${(error as Error).message}\n${usage}`);
  }
}

/** Opens the browser if possible, and says what runs where. */
async function serve(ready: Ready, started: AsyncDisposableStack): Promise<void> {
  say(`\n  Worker     ${ready.workerUrl}   (API: ${ready.workerUrl}/docs)`);
  say(`  Demo CRM   ${ready.demoUrl}`);
  const executablePath = findChromium();
  if (!executablePath || !hasDisplay()) {
    await explain(
      ready,
      executablePath ? "There is no display to open a browser on." : "No Chromium was found.",
    );
  } else {
    const profile = at(".demo/profile");
    const browser = await launchBrowser({
      executablePath,
      profile,
      extension: extensionFor(ready, at(".demo/extension")),
      headless: false,
      size: { width: 1480, height: 960 },
    });
    started.defer(() => browser.close());
    await openDemo(browser, ready);
    browser.context.on("close", () => {
      if (!started.disposed) say("\nThe browser was closed. The demo CRM and the Worker go on running.");
    });
    say(`\nChromium is open on the demo CRM; ${team[ready.who].name} (${ready.who}) is signed in there.`);
    if (ready.who === "agent")
      say("To toggle the policy or open the desk instead: npm start -- --as manager");
  }
  say("\nCtrl-C ends everything.");
}

async function takePicture(ready: Ready, file: string, started: AsyncDisposableStack): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-shot-"));
  const browser = await launchBrowser({
    executablePath: await installChromium(),
    profile: join(folder, "profile"),
    extension: extensionFor(ready, join(folder, "extension")),
    headless: true,
    size: { width: 1440, height: 900 },
    scale: 2,
  });
  started.defer(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const page = await openDemo(browser, ready);
  await settledMarks(page, (marks) => new Set(marks.map((m) => m.verdict)).size === 4, { quiet: 1500 });
  await page.screenshot({ path: file });
}

/** A copy of the build that has the permission for the demo CRM, so that no one has to click for it. */
function extensionFor(ready: Ready, to: string): string {
  return grantedCopy(ready.extension, to, [`${new URL(ready.demoUrl).origin}/*`]);
}

/** Joins as the wanted person, unless the profile already has, turns the demo CRM on and opens it. */
async function openDemo(browser: Browser, ready: Ready) {
  const own = await openExtensionPage(browser);
  const { workerUrl, person } = (await send(own, { kind: "ui.options" })) as {
    workerUrl: string | null;
    person: { role: Role } | null;
  };
  // The profile may be older than the database, whose Worker then does not know its token.
  const { trouble } = (await send(own, { kind: "ui.retry" })) as { trouble: string | null };
  if (workerUrl !== ready.workerUrl || person?.role !== ready.who || trouble)
    await joinTeam(own, ready.workerUrl, await ready.newCode());
  await turnOn(own, [new URL(ready.demoUrl).origin]);

  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  await page.goto(ready.demoUrl);
  await own.close();
  await page.bringToFront();
  return page;
}

/** One link: it joins, asks for the CRM and opens it. Only a browser without the extension needs its folder. */
async function explain(ready: Ready, why: string): Promise<void> {
  say(
    `\n${why} Open this link where Chrome or Chromium has ClearDial, and press ClearDial's button there:\n`,
  );
  say(`  ${ready.workerUrl}/join#code=${await ready.newCode()}\n`);
  say("It signs in one browser, within 24 hours, and leads to the badges.");
  say(`Chrome without ClearDial: chrome://extensions, Developer mode, "Load unpacked", ${ready.extension}`);
}
