/**
 * A page that was left and comes back from Chrome's back-forward cache: meanwhile no message reached it. And a page whose
 * frames come and go.
 */
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { call } from "../../../scripts/lib/seed.ts";
import { expectVerdicts, launch, type Launched } from "../kit/harness.ts";
import { closed, says } from "../kit/modal.ts";
import { serve } from "../popup/extension-kit.ts";

const { workerUrl, tokens } = inject("e2e");

// Its verdict follows the fixtures' rule, and no other test uses it.
const NUMBER = "0118 496 0002";
const BARRED = "0118 496 0010";
const html = `<!doctype html><meta charset="utf-8"><title>Back</title><link rel="icon" href="data:,">
<p>${NUMBER}</p><script>addEventListener("pageshow", (event) => (document.title = "shown " + event.persisted))</script>`;

let browser: Launched;
let stopPages = () => {};
let url = "";
beforeAll(async () => {
  const { port, close } = await serve(
    (_, to) => void to.writeHead(200, { "content-type": "text/html" }).end(html),
  );
  [stopPages, url] = [close, `http://localhost:${port}`];
  browser = await launch({ sites: [url], backForwardCache: true });
});
afterAll(async () => {
  // Other tests would find it on the list.
  await call(workerUrl, tokens.manager, "DELETE", `/v1/suppressions/${encodeURIComponent(NUMBER)}`, {
    reason: "test",
  }).catch(() => null);
  await browser?.close();
  stopPages();
});

it("shows what was put on the do-not-call list on another page", async () => {
  const { page, ask } = browser;
  await page.goto(`${url}/contacts`);
  await expectVerdicts(page, { [NUMBER]: "clear" });
  await page.goto(`${url}/contact`);
  await expectVerdicts(page, { [NUMBER]: "clear" });
  const number = "+441184960002";
  expect(await ask({ kind: "page.suppress", number, reason: "They asked" })).toMatchObject({ ok: true });
  await page.evaluate("setTimeout(() => history.back())");
  await expect.poll(() => page.url()).toBe(`${url}/contacts`);
  await expect.poll(() => page.title()).toBe("shown true");
  await expectVerdicts(page, { [NUMBER]: "blocked" });
});

it("lets go of frames that are gone, and holds what one that stays dials", async () => {
  const { page } = browser;
  await page.goto(`${url}/contact`);
  const session = await page.context().newCDPSession(page);
  const documents = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Memory.getDOMCounters")).documents;
  };
  /** Adds a frame, until our scripts run in it. */
  const add = (name: string) =>
    page.evaluate(async (name) => {
      const frame = Object.assign(document.createElement("iframe"), { name, src: `/${name}` });
      document.body.append(frame);
      while (!frame.contentDocument?.querySelector("cleardial-host"))
        await new Promise((done) => setTimeout(done, 20));
    }, name);
  const comeAndGo = async (times: number) => {
    for (let i = 0; i < times; i++) {
      await add("goes");
      await page.evaluate(() => document.querySelector("[name=goes]")!.remove());
    }
  };
  const without = await documents();
  await add("stays");
  await comeAndGo(1);
  const before = await documents();
  // A frame has several: its own, and those of its scripts. Chrome may keep the last that went, and one before it, until others go.
  const aFrame = before - without;
  await comeAndGo(12);
  await expect.poll(documents).toBeLessThanOrEqual(before + aFrame);

  const stays = page.frame("stays")!;
  await stays.evaluate(
    (number) => {
      document.body.innerHTML = `<a href="tel:${number}">${number}</a>`;
    },
    BARRED.replaceAll(" ", ""),
  );
  await stays.click("a");
  await says(page, /TPS|Do not call/);
  await page.keyboard.press("Escape");
  await closed(page);
});
