/** The extension as a person meets it: joining, turning sites on and off, the popup, and what it survives. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../../../scripts/lib/ports.ts";
import { addPerson, call, daysAgo, daysPassed, invite, push, setUp } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { expectNamed } from "../desk/kit.ts";
import { expectAccessibleInBoth } from "../kit/axe.ts";
import { Clicks } from "../kit/clicks.ts";
import { serve, Extension } from "./extension-kit.ts";
import { inOurWorld } from "../kit/modal.ts";
import { shot } from "../kit/shots.ts";

const ON_TPS = "020 7946 0015";
const OBJECTED = "020 7946 0016";
const CLEAR = "020 7946 0012";

const stateDir = mkdtempSync(join(tmpdir(), "cleardial-shell-"));
const setupCode = "shell-setup";
let port = 0;
let worker: RunningWorker;
let admin = "";
let site: Awaited<ReturnType<typeof serve>>;
let other: Awaited<ReturnType<typeof serve>>;
let crm = "";
let frameOrigin = "";
let extension: Extension;
/** The CRM's page, and its tab. */
let page: Page;
let tabId = 0;

beforeAll(async () => {
  port = await freePort();
  [worker, site, other, extension] = await Promise.all([
    startWorker({ port, stateDir, setupCode }),
    serve((request, answer) => {
      answer.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      const frame = request.url === "/framed" ? `<iframe src="${frameOrigin}/"></iframe>` : "";
      const far = request.url === "/long" ? "<style>li { margin-bottom: 2000px }</style>" : "";
      answer.end(
        `<!doctype html><title>CRM</title>${far}<ul><li>${ON_TPS}<li>${CLEAR}<li>${OBJECTED}</ul>${frame}`,
      );
    }),
    serve((_, answer) => {
      answer.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      answer.end(`<!doctype html><p>${ON_TPS}</p>`);
    }),
    Extension.open(),
  ]);
  crm = `http://127.0.0.1:${site.port}`;
  frameOrigin = `http://localhost:${other.port}`;
});

afterAll(async () => {
  await extension?.close();
  site?.close();
  other?.close();
  await worker?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const registered = () =>
  extension.worker().evaluate(async () => {
    const scripts = await chrome.scripting.getRegisteredContentScripts();
    return scripts.map(({ id, matches, world, runAt }) => ({ id, matches, world, runAt }));
  });
const granted = () => extension.worker().evaluate(async () => (await chrome.permissions.getAll()).origins);
const token = () =>
  extension.worker().evaluate(async () => {
    const { account } = await chrome.storage.local.get<{ account?: { token: string } }>("account");
    return account?.token;
  });
/** How many numbers our script in the page paints: the page can read its own registry of highlights. */
const painted = (where: Page = page) =>
  where.evaluate(
    () => [...CSS.highlights].filter(([name, h]) => name.startsWith("cleardial-") && h.size > 0).length,
  );
const close = (what: Page) => onTestFinished(() => what.close());

describe("the shell", () => {
  it("says in the popup that nobody has joined, and leads to where one can", async () => {
    page = await extension.context.newPage();
    await page.goto(`${crm}/framed`);
    tabId = await extension.press(page);
    const popup = await extension.popup(tabId);
    close(popup);
    await expect.poll(() => popup.locator("html").getAttribute("lang")).toBe("en-GB");
    await expect.poll(() => popup.getByRole("switch").count()).toBe(0);
    const options = extension.context.waitForEvent("page");
    await popup.getByRole("button", { name: "Connect…" }).click();
    const opened = await options;
    await opened.waitForURL(/options\.html/);
    await opened.close();
  });

  it("takes an invite from its page where our button is pressed, and says why it cannot join with it", async () => {
    const invited = await extension.context.newPage();
    close(invited);
    await invited.goto(`${worker.url}/join#code=cdi_of-nobody`);
    // Its address may be another before we can look.
    await extension.press(invited).catch(() => 0);
    await invited.waitForURL(/welcome\.html/);
    await expect.poll(() => invited.getByLabel("Address").inputValue()).toBe(worker.url);
    await expect.poll(() => invited.getByLabel("Join code").inputValue()).toBe("cdi_of-nobody");
    await invited.getByText("Nobody has set that server up yet").waitFor();
    // A page of that name with something else behind it stays.
    await invited.goto(`${crm}/join#code=123`);
    await extension.press(invited);
    const popup = await extension.pressed();
    await expect.poll(() => popup.read("document.querySelector('.panel') !== null")).toBe(true);
    expect(invited.url()).toBe(`${crm}/join#code=123`);
  });

  it("says what is wrong with an address", async () => {
    const options = await extension.options();
    close(options);
    const test = async (address: string) => {
      await options.getByLabel("Address").fill(address);
      await options.getByRole("button", { name: "Test" }).click();
      const said = options.locator("form").locator("[role=alert], [role=status]").filter({ hasText: /\S/ });
      await said.waitFor();
      return said.textContent();
    };
    expect(await test("certainly not one")).toContain("not an address");
    expect(await test("http://cleardial.example.com")).toContain("https://");
    expect(await test(`localhost:${await freePort()}`)).toContain("Nothing answers");
    expect(await test(crm)).toContain("it is not ClearDial");
    expect(await test(worker.url)).toContain("nobody has set it up");

    admin = await setUp(worker.url, setupCode, { name: "Ada Admin", email: "ada@example.com" });
    await addPerson(worker.url, admin, { name: "Mo", email: "mo@example.com", role: "manager" });
    await push(worker.url, admin, "tps", [ON_TPS], daysAgo(3));
    await push(worker.url, admin, "ctps", ["020 7946 0999"], daysAgo(23));
    await call(worker.url, admin, "POST", "/v1/suppressions", {
      number: OBJECTED,
      reason: "asked us not to",
    });
    expect(await test(worker.url)).toContain("It answers: ClearDial");
  });

  it("says why an invite does not work, and joins with one that does", async () => {
    const options = await extension.options(`#url=${encodeURIComponent(worker.url)}&code=cdi_made_up`);
    close(options);
    const said = options.locator("form [role=alert]");
    const joinButton = options.getByRole("button", { name: "Join", exact: true });
    await expect.poll(() => options.getByLabel("Address").inputValue()).toBe(worker.url);
    expect(await token()).toBeUndefined();
    await joinButton.click();
    await said.filter({ hasText: "There is no such invite" }).waitFor();

    const code = await invite(worker.url, admin, {
      name: "Amira Khan",
      email: "amira@example.com",
      role: "agent",
    });
    // The link that the Worker hands out, pasted unchanged.
    await options.getByLabel("Join code").fill(`${worker.url}/join#code=${code}`);
    await expect.poll(() => options.getByLabel("Join code").inputValue()).toBe(code);
    await joinButton.click();
    await options.getByText("Signed in as Amira Khan, agent").waitFor();
    expect(new URL(options.url()).hash).toBe("");
    expect(await token()).toMatch(/^cdt_/);

    await options.goto("about:blank");
    await options.goto(
      `chrome-extension://${extension.id}/options.html#url=${encodeURIComponent(worker.url)}&code=${code}`,
    );
    await joinButton.click();
    await said.filter({ hasText: "used already" }).waitFor();
  });

  it("runs nowhere before a site is turned on", async () => {
    expect(await registered()).toEqual([]);
    expect(await granted()).toEqual([]);
    expect(await painted()).toBe(0);
  });

  it("turns a site on together with its frames, at once", async () => {
    await extension.agreeTo(crm, frameOrigin);
    const popup = await extension.popup(tabId);
    close(popup);
    const toggle = popup.getByRole("switch");
    await expect.poll(() => toggle.getAttribute("aria-checked")).toBe("false");
    await toggle.click();
    await popup.getByRole("switch", { checked: true }).waitFor();
    await expect.poll(() => popup.getByRole("switch").textContent()).toContain(new URL(crm).host);

    const matches = [`${crm}/*`, `${frameOrigin}/*`].sort();
    await expect.poll(registered).toEqual([
      { id: "guard", matches, world: "ISOLATED", runAt: "document_start" },
      { id: "main-world", matches, world: "MAIN", runAt: "document_start" },
      { id: "overlay", matches, world: "ISOLATED", runAt: "document_end" },
    ]);
    await expect.poll(async () => (await granted())?.toSorted()).toEqual(matches);
    await expect.poll(() => painted()).toBeGreaterThan(0);
    // Two on the TPS (one of them in the frame) and an objection; one clear.
    await expect.poll(() => popup.locator("[data-verdict=blocked] dd").textContent()).toBe("3");
    await expect.poll(() => popup.locator("[data-verdict=clear] dd").textContent()).toBe("1");
    await expect.poll(() => popup.getByText("not covered").count()).toBe(0);
  });

  it("runs from the start on a page that is opened later", async () => {
    await page.reload();
    await expect.poll(() => painted()).toBeGreaterThan(0);
  });

  it("job: go to each number of the page that must not be called, one click each", async () => {
    const clicks = new Clicks();
    const long = await extension.context.newPage();
    close(long);
    await long.goto(`${crm}/long`);
    const popup = await extension.popup(await extension.press(long));
    close(popup);
    const blocked = popup.locator("[data-verdict=blocked] dd button");
    await expect.poll(() => blocked.textContent()).toBe("2");
    const inView = () =>
      long.evaluate(() =>
        [...document.querySelectorAll("li")]
          .filter((li) => {
            const { top, bottom } = li.getBoundingClientRect();
            return top >= 0 && bottom <= innerHeight;
          })
          .map((li) => li.textContent),
      );
    for (const [said, number] of [
      ["1 of 2: do not call", ON_TPS],
      ["2 of 2: do not call", OBJECTED],
      // After the last comes the first.
      ["1 of 2: do not call", ON_TPS],
    ] as const) {
      await clicks.on(blocked);
      await popup.getByText(said).waitFor();
      await expect.poll(inView).toEqual([number]);
    }
    expect(clicks.count).toBe(3);
    // The number is framed for a moment.
    await blocked.click();
    const framed = () =>
      inOurWorld(
        long,
        () => (globalThis as { cleardialFlash?: Element }).cleardialFlash?.isConnected ?? false,
        null,
      );
    await expect.poll(framed).toBe(true);
    await shot(long, "popup-jumped");
    await popup.setViewportSize({ width: 360, height: 600 });
    await expectAccessibleInBoth(popup);
    await shot(popup, "popup-agent-page");
    await popup.emulateMedia({ colorScheme: "dark" });
    await shot(popup, "popup-agent-page-dark");
    // What an agent comes for needs no scrolling: this page, a number to check, who is signed in, and two lines.
    expect(await popup.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(600);
    // Nothing that it says is shortened.
    const shortened = () =>
      popup
        .locator("summary")
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
    await expect.poll(shortened).toBe(0);
    const order = await popup.evaluate(() =>
      ["[role=switch]", ".counts", "#number", ".who", "details"].map((what) => {
        const { top } = document.querySelector(what)!.getBoundingClientRect();
        return top;
      }),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("shows how fresh the registers are", async () => {
    const popup = await extension.popup(tabId);
    close(popup);
    await popup.getByRole("heading", { name: "Registers" }).click();
    await popup.locator("[data-list=tps][data-state=fine]").waitFor();
    await expect
      .poll(() => popup.locator("[data-list=tps]").textContent())
      .toContain(`${3 + daysPassed()} days old`);
    await expect.poll(() => popup.locator("[data-list=ctps]").getAttribute("data-state")).toBe("ageing");
  });

  it("job: check any number from the popup, without a click", async () => {
    const popup = await extension.popup(tabId);
    close(popup);
    await popup.getByLabel("Check a number").fill(`${ON_TPS}, 020 7946 0012; 0044 20 7946 0016 and 12`);
    await popup.keyboard.press("Enter");
    const results = popup.locator(".result");
    await expect.poll(() => results.count()).toBe(3);
    await expect.poll(() => results.nth(0).textContent()).toMatch(/Do not call.*On .*TPS.* \(list of/);
    await expect.poll(() => results.nth(1).textContent()).toMatch(/No bar found: .*TPS/);
    await expect.poll(() => results.nth(2).textContent()).toContain("They told us not to call");

    await popup.getByLabel("Check a number").fill("hello");
    await popup.keyboard.press("Enter");
    await expect.poll(() => results.first().textContent()).toContain("not a telephone number");
  });

  it("says next to the field that there is no number to check", async () => {
    const popup = await extension.popup(tabId);
    close(popup);
    await popup.getByLabel("Check a number").waitFor();
    await expectNamed(popup.getByRole("button", { name: "Check", exact: true }), "Type a number first.");
    await popup.getByLabel("Check a number").fill("0");
    await expect.poll(() => popup.getByText("Type a number first.").count()).toBe(0);
  });

  it("moves nothing for who wants less motion", async () => {
    const popup = await extension.popup(tabId);
    close(popup);
    await popup.getByRole("switch").waitFor();
    const moving = () =>
      popup.evaluate(() =>
        [...document.querySelectorAll("*")].flatMap((one) =>
          [undefined, "::before", "::after"].flatMap((part) => {
            const { transitionDuration, animationName } = getComputedStyle(one, part);
            const moves = transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
            return moves || animationName !== "none" ? [`${one.className}${part ?? ""}`] : [];
          }),
        ),
      );
    // Without the wish the switch slides.
    expect(await moving()).toEqual(["track", "track::after"]);
    await popup.emulateMedia({ reducedMotion: "reduce" });
    expect(await moving()).toEqual([]);
  });

  it("keeps the token and its own messages from pages", async () => {
    const seen = await extension.worker().evaluate(async (tab) => {
      const [frame] = await chrome.scripting.executeScript({
        target: { tabId: tab },
        func: async () => {
          const attempt = async (what: () => Promise<unknown>) => {
            try {
              return JSON.stringify(await what()) ?? "nothing";
            } catch {
              return "refused";
            }
          };
          return [
            await attempt(() => chrome.storage.local.get(null)),
            await attempt(() => chrome.storage.session.get(null)),
            await attempt(() => chrome.runtime.sendMessage({ kind: "ui.leave" })),
          ];
        },
      });
      return frame?.result;
    }, tabId);
    expect(seen?.slice(0, 2)).toEqual(["refused", "refused"]);
    expect(seen?.[2]).toMatch(/refused|nothing/);
    expect(await token()).toMatch(/^cdt_/);
  });

  it("goes on after Chrome has stopped the service worker", async () => {
    await extension.worker().evaluate(() => Object.assign(globalThis, { firstLife: true }));
    await extension.evict();
    const popup = await extension.popup(tabId);
    close(popup);
    await expect.poll(() => popup.locator("[data-verdict=blocked] dd").textContent()).toBe("3");
    await popup.getByLabel("Check a number").fill(ON_TPS);
    await popup.keyboard.press("Enter");
    await popup.locator(".result[data-verdict=blocked]").waitFor();
    expect(await extension.worker().evaluate(() => "firstLife" in globalThis)).toBe(false);
  });

  it("answers also what was asked when Chrome stopped the service worker", async () => {
    let asked = 0;
    let arrived = () => {};
    const first = new Promise<void>((done) => (arrived = done));
    // Its first answer never comes.
    const slow = await serve((_, answer) => {
      if (++asked === 1) return arrived();
      answer.writeHead(200, { "content-type": "text/html", "access-control-allow-origin": "*" });
      answer.end("<p>nothing of ours</p>");
    });
    onTestFinished(slow.close);
    const options = await extension.options(`#url=http://127.0.0.1:${slow.port}`);
    close(options);
    await options.locator("form").getByRole("button", { name: "Test" }).click();
    await first;
    await extension.evict();
    await options.locator("form [role=alert]").filter({ hasText: "it is not ClearDial" }).waitFor();
    expect(asked).toBe(2);
  });

  it("says that the server is away, and comes back with it", async () => {
    await worker.kill();
    const popup = await extension.popup(tabId);
    close(popup);
    await popup.getByLabel("Check a number").fill("020 7946 0777");
    await popup.keyboard.press("Enter");
    await popup.locator(".result[data-verdict=unknown]").waitFor();
    await popup.getByText("server cannot be reached.").waitFor();
    // One statement, and nothing beside it that says otherwise.
    await expect.poll(() => popup.locator(".counts, .registers").count()).toBe(0);
    await popup.setViewportSize({ width: 360, height: 600 });
    await shot(popup, "popup-away");
    expect(await extension.worker().evaluate(() => chrome.action.getBadgeText({}))).toBe("!");
    await popup.getByRole("button", { name: "Try again" }).click();
    await popup.getByText("Still no answer.").waitFor();
    await extension.context.setOffline(true);
    await popup.getByText("This computer has no network.").waitFor();
    await extension.context.setOffline(false);

    worker = await startWorker({ port, stateDir, setupCode });
    // It may have come back by itself, and the banner may be gone before anybody can press its button.
    const again = popup.getByRole("button", { name: "Try again" });
    await expect
      .poll(async () => {
        if (await again.isVisible()) await again.click({ timeout: 1000 }).catch(() => undefined);
        return popup.locator(".banner").count();
      })
      .toBe(0);
    await popup.getByRole("button", { name: "Check" }).click();
    await popup.locator(".result[data-verdict=clear]").waitFor();
    expect(await extension.worker().evaluate(() => chrome.action.getBadgeText({}))).toBe("");
  });

  it("counts the frames that are not covered, and covers them when asked", async () => {
    await extension.takeBack(frameOrigin);
    await expect.poll(async () => (await registered())[0]?.matches).toEqual([`${crm}/*`]);
    const popup = await extension.popup(tabId);
    close(popup);
    await popup.getByText("1 frame is not covered").waitFor();
    await extension.agreeTo(frameOrigin);
    await popup.getByRole("button", { name: "Cover them too" }).click();
    await expect.poll(() => popup.getByText("not covered").count()).toBe(0);
    await expect.poll(() => popup.locator("[data-verdict=blocked] dd").textContent()).toBe("3");
  });

  it("keeps a person's rulings, and takes them back on the options page", async () => {
    const options = await extension.options();
    close(options);
    const host = new URL(crm).host;
    await options.evaluate(
      (host) =>
        chrome.runtime.sendMessage({
          kind: "page.rule",
          host,
          written: "12 34",
          ruling: { notNumber: true },
        }),
      host,
    );
    await options.getByText("1234 is not a phone number").waitFor();
    await options.getByRole("button", { name: `Undo: 1234 is not a phone number, on ${host}` }).click();
    await expect.poll(() => options.getByText("1234 is not a phone number").count()).toBe(0);
  });

  it("takes over the open pages after an update of the extension", async () => {
    await extension.reload();
    const matches = [`${crm}/*`, `${frameOrigin}/*`].sort();
    await expect
      .poll(async () => (await registered()).map((r) => r.matches))
      .toEqual([matches, matches, matches]);
    const popup = await extension.popup(tabId);
    close(popup);
    // Counts of the old scripts are gone, so only new ones can have sent this.
    await expect.poll(() => popup.locator("[data-verdict=blocked] dd").textContent()).toBe("3");
  });

  it("turns a site off: nothing runs, nothing is registered, nothing is granted", async () => {
    // The update took away the tab's address, which the button had shown us.
    await extension.press(page);
    const popup = await extension.popup(tabId);
    close(popup);
    await popup.getByRole("switch", { checked: true }).click();
    await popup.getByRole("switch", { checked: false }).waitFor();
    await expect.poll(registered).toEqual([]);
    await expect.poll(granted).toEqual([]);
    await expect.poll(() => painted()).toBe(0);
    await page.reload();
    expect(await painted()).toBe(0);
  });

  it("follows a permission that is taken back in Chrome's own settings", async () => {
    await extension.agreeTo(crm);
    // This time through the popup's own window, from the toolbar's button to the click.
    tabId = await extension.press(page);
    const popup = await extension.pressed();
    const state = () => popup.read("document.querySelector('[role=switch]')?.ariaChecked");
    await expect.poll(state).toBe("false");
    // Chrome fits the window to its content, and makes it wider where it must scroll.
    const empty = "document.documentElement.clientWidth - document.querySelector('.popup').offsetWidth";
    await expect
      .poll(() =>
        popup.read(`[innerWidth >= 360, ${empty}, document.documentElement.scrollWidth <= innerWidth]`),
      )
      .toEqual([true, 0, true]);
    await popup.click("[role=switch]");
    await expect.poll(state).toBe("true");
    await expect.poll(() => painted()).toBeGreaterThan(0);
    await extension.takeBack(crm);
    await expect.poll(() => registered()).toEqual([]);
    await expect.poll(() => painted()).toBe(0);
  });

  it("offers the company's sites in one click, also all below a host", async () => {
    // Chrome resolves names below .localhost to this machine.
    const below = `http://*.crm.localhost:${site.port}`;
    const { policy } = await call<PolicyAnswer>(worker.url, admin, "GET", "/v1/policy");
    const body = { policy: { ...policy, sites: [crm, below] }, why: "Our CRM" };
    await call(worker.url, admin, "PUT", "/v1/policy", body, { "if-match": '"0"' });
    const popup = await extension.popup(tabId);
    close(popup);
    await popup.evaluate(() => chrome.runtime.sendMessage<unknown, unknown>({ kind: "ui.retry" }));
    await popup
      .getByText(`Your company uses ClearDial on 127.0.0.1:${site.port} and *.crm.localhost:`)
      .waitFor();
    await expectAccessibleInBoth(popup, ".offered");
    await popup.setViewportSize({ width: 380, height: 560 });
    await shot(popup, "popup-offered");
    await extension.agreeTo(crm, below);
    await popup.getByRole("button", { name: "Turn on for your company's sites" }).click();
    await expect.poll(() => popup.getByText("Your company's sites").count()).toBe(0);
    await expect
      .poll(async () => (await registered())[0]?.matches)
      .toEqual([`${below}/*`, `${crm}/*`].sort());
    await expect.poll(() => painted()).toBeGreaterThan(0);

    const sub = await extension.context.newPage();
    close(sub);
    await sub.goto(`http://app.crm.localhost:${site.port}/`);
    await expect.poll(() => painted(sub)).toBeGreaterThan(0);
    // Turning it off turns off every host below it, too.
    await popup.goto(`chrome-extension://${extension.id}/options.html`);
    for (const host of [`*.crm.localhost:${site.port}`, new URL(crm).host])
      await popup.getByRole("button", { name: `Turn off ${host}` }).click();
    await expect.poll(() => registered()).toEqual([]);
    await expect.poll(() => painted(sub)).toBe(0);
    for (const origin of [crm, below]) await expect.poll(() => granted()).not.toContain(`${origin}/*`);
  });

  it("asks for the frames of a known CRM together with it", async () => {
    const hubspot = await extension.context.newPage();
    close(hubspot);
    await hubspot.route("https://app.hubspot.com/**", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>HubSpot</title>" }),
    );
    await hubspot.goto("https://app.hubspot.com/contacts");
    const tab = await extension.press(hubspot);
    await (await extension.pressed()).read("window.close()");
    const popup = await extension.popup(tab);
    close(popup);
    await popup.getByRole("switch").waitFor();
    // Nobody can answer Chrome's prompt here, so this records what it would ask, and refuses.
    const asked = await popup.evaluate(
      () =>
        new Promise<string[] | undefined>((done) => {
          chrome.permissions.request = ({ origins }: chrome.permissions.Permissions) => {
            done(origins);
            return Promise.resolve(false);
          };
          document.querySelector<HTMLElement>("[role=switch]")!.click();
        }),
    );
    expect(asked).toEqual(["https://app.hubspot.com/*", "https://*.hubspot.com/*"]);
    await popup.getByText("Chrome did not grant access").waitFor();
    expect(await registered()).toEqual([]);
  });

  it("opens under its button for a selected text, with the number checked", async () => {
    await page.bringToFront();
    await extension.worker().evaluate((number) => {
      const { onClicked } = chrome.contextMenus as unknown as {
        onClicked: { dispatch: (...args: unknown[]) => void };
      };
      onClicked.dispatch({ menuItemId: "ask-number", selectionText: number }, {});
    }, ON_TPS);
    const popup = await extension.pressed();
    await expect.poll(() => popup.read("document.querySelector('.result')?.dataset.verdict")).toBe("blocked");
    expect(await popup.read("document.activeElement.value")).toBe(ON_TPS);
    await popup.read("window.close()");
  });

  it("turns a site on also where Chrome's prompt has closed the popup", async () => {
    const asking = await extension.options();
    close(asking);
    const origins = [crm];
    const early = await asking.evaluate(
      (body) => chrome.runtime.sendMessage<unknown, unknown>({ kind: "ui.site", on: true, ...body }),
      { tabId, origins },
    );
    expect(early).toMatchObject({ ok: false });
    expect(await registered()).toEqual([]);
    await extension.agreeTo(crm);
    await asking.evaluate((pattern) => {
      addEventListener("click", () => void chrome.permissions.request({ origins: [pattern] }), {
        once: true,
      });
    }, `${crm}/*`);
    await asking.getByRole("heading", { level: 1 }).click();
    await expect.poll(async () => (await registered())[0]?.matches).toEqual([`${crm}/*`]);
    await expect.poll(() => painted()).toBeGreaterThan(0);
    await asking.getByRole("button", { name: `Turn off ${new URL(crm).host}` }).click();
    await expect.poll(() => registered()).toEqual([]);
  });

  it("leaves, and the server ends this browser's access", async () => {
    const secret = (await token()) ?? "";
    await call(worker.url, secret, "GET", "/v1/me");
    const options = await extension.options();
    close(options);
    await options.getByRole("button", { name: "Leave", exact: true }).click();
    await options.getByRole("button", { name: "Leave now" }).click();
    await options.getByText("The server has ended this browser's access.").waitFor();
    expect(await token()).toBeUndefined();
    await expect(call(worker.url, secret, "GET", "/v1/me")).rejects.toThrow("401");
  });

  it("threw nothing on any of its pages", () => expect(extension.errors).toEqual([]));
});
