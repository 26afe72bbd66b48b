/**
 * A page that works against us (test/pages/hostile.ts): it can approve no dial and hide no guard, and it learns no more
 * than the paint of the numbers that it shows itself, up to a limit in each hour.
 */
import { changePolicy } from "../kit/policy.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import type { AuditAnswer } from "../../../shared/trail/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import * as events from "../../../extension/page/main-world-events.ts";
import { joinTeam } from "../../../scripts/lib/browser.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { call, invite } from "../../../scripts/lib/seed.ts";
import { BARRED, CLEAR, type HostileWindow, READ_FIRST } from "../../pages/hostile.ts";
import { openDialler } from "../kit/dialler.ts";
import { expectVerdicts, growsTo, inFront, launch, type Launched, marksOf } from "../kit/harness.ts";
import { closed, inOurWorld, modal, placeOf, press, says } from "../kit/modal.ts";

const { chromium, workerUrl, tokens, pagesUrl } = inject("e2e");
const dialler = openDialler(chromium);
const addressOf = (number: string) => `tel:${number.replaceAll(" ", "")}`;
const hostile = `${pagesUrl}/hostile`;
/** Less than the time for which the dialog takes no click after it came into sight (dialog/view.tsx). */
const TOO_SOON_MS = 350;

let browser: Launched;
let page: Page;
beforeEach(({ skip }) => skip(!dialler, "wants root, a mount namespace of its own and Debian's Chromium"));
beforeAll(async () => {
  if (!dialler) return;
  browser = await launch({ sites: [pagesUrl], joined: null, chromium: dialler.executablePath });
  ({ page } = browser);
  // A person who has used none of this hour's budget.
  const who = { name: "The beset", email: `beset-${Date.now()}@fixture.example`, role: "agent" as const };
  await joinTeam(browser.own, workerUrl, await invite(workerUrl, tokens.admin, who));
});
afterAll(async () => {
  await browser?.close();
  dialler?.remove();
});

const verdicts = { [CLEAR]: "clear", [BARRED]: "blocked", [READ_FIRST]: "caution" } as const;
/** Loads the page again, and waits until its numbers have their verdicts. */
async function open(query = ""): Promise<void> {
  await page.goto(hostile + query);
  await inFront(page);
  await expectVerdicts(page, verdicts);
}
/** Clicks a link of the page, and waits for our dialog. */
async function ask(id: string, words: string): Promise<void> {
  await page.click(id);
  await says(page, words);
}
const dialled = () => dialler!.dialled().map((address) => address.replace(/^tel:/, ""));
const loot = () => page.evaluate(() => (window as unknown as HostileWindow).loot);

describe("what a page sees of us", () => {
  it("is an element without anything in it, whatever it asks", async () => {
    await open();
    await ask("#read", "Read before you call");
    const seen = await page.evaluate(async () => {
      for (const family of ["system-ui", "sans-serif", "-apple-system", "Segoe UI"])
        document.fonts.add(new FontFace(family, `url(/rows.json?${encodeURIComponent(family)})`));
      const host = document.querySelector<HTMLElement>("cleardial-host")!;
      const { left, top, width, height } = { left: 0, top: 0, width: innerWidth, height: innerHeight };
      const found: string[] = [];
      for (let x = left; x < width; x += 40)
        for (let y = top; y < height; y += 40) {
          for (const at of document.elementsFromPoint(x, y)) found.push(at.localName);
          found.push(String(document.caretPositionFromPoint(x, y)?.offsetNode.nodeName));
        }
      const selected: string[] = [];
      const select = getSelection()!;
      const finder = window as unknown as { find: (text: string) => boolean };
      for (const words of ["Read", "Call", "TPS", "consent", "141 496"]) {
        select.removeAllRanges();
        finder.find(words);
        selected.push(String(select));
        select.modify("extend", "forward", "documentboundary");
        selected.push(String(select));
      }
      document.execCommand("selectAll");
      selected.push(String(select));
      const dump = [host.textContent, host.innerText, document.documentElement.innerText];
      dump.push(host.getHTML({ serializableShadowRoots: true }));
      for (const at of [host, document.activeElement!]) if (at.shadowRoot !== null) dump.push("a root");
      dump.push(...document.getAnimations().map(String), ...[...document.styleSheets].map(String));
      await new Promise((done) => setTimeout(done, 300));
      const fonts = [...document.fonts].filter((font) => font.status !== "unloaded").map((f) => f.family);
      return { points: [...new Set(found)], selected: selected.join(""), dump: dump.join("\n"), fonts };
    });
    const own = ["cleardial-host", "html", "body", "p", "a", "div", "HTML", "BODY", "P", "A", "DIV", "#text"];
    expect(seen.points.filter((name) => !own.includes(name))).toEqual([]);
    expect(seen.points).toContain("cleardial-host");
    expect(seen.selected).toBe("");
    expect(seen.dump).not.toMatch(/TPS|consent|Don.t call|dialog|a root/i);
    expect(seen.fonts).toEqual([]);
    await press(page, "Don’t call");
    await closed(page);
    // The page finds nothing of what a screen reader hears, either.
    const words = ["Do not call", "No bar found", "Read before", "On TPS"];
    expect(
      await page.evaluate(
        (all) => all.filter((one) => (window as never as { find: (t: string) => boolean }).find(one)),
        words,
      ),
    ).toEqual([]);
    expect(await loot()).toEqual({ roots: [], paths: [], seen: [], messages: 0 });
  });
});

describe("nothing goes on", () => {
  it("by events that scripts make, messages and look-alikes", async () => {
    await open();
    const before = dialled().length;
    await ask("#read", "Read before you call");
    await page.evaluate(
      ({ barred, read }) => {
        const host = document.querySelector("cleardial-host")!;
        const all = { bubbles: true, composed: true, cancelable: true };
        const key = { ...all, key: "Enter", code: "Enter" };
        for (const target of [host, document.activeElement!, document, window]) {
          for (const type of [
            "pointerdown",
            "mousedown",
            "mouseup",
            "pointerup",
            "click",
            "submit",
            "close",
            "cancel",
          ])
            target.dispatchEvent(new MouseEvent(type, { ...all, clientX: innerWidth / 2, clientY: 300 }));
          for (const type of ["keydown", "keypress", "keyup"])
            target.dispatchEvent(new KeyboardEvent(type, key));
        }
        for (let i = 0; i < 1000; i++) {
          window.postMessage({ kind: "ask.answer", id: String(i), outcome: { kind: "call" } }, "*");
        }
        const fake = document.createElement("cleardial-host");
        const dialog = document.createElement("dialog");
        dialog.className = "card ask";
        const button = dialog.appendChild(document.createElement("button"));
        button.textContent = "Call";
        fake.attachShadow({ mode: "open" }).append(dialog);
        document.documentElement.append(fake);
        dialog.showModal();
        button.click();
        fake.remove();
        location.href = read;
        window.open(barred);
      },
      { barred: addressOf(BARRED), read: addressOf(READ_FIRST) },
    );
    await says(page, "Read before you call");
    await press(page, "Don’t call");
    for (let i = 0; i < 4 && (await modal(page)); i++) {
      await press(page, "Don’t call");
      await pause(200);
    }
    await closed(page);
    expect(dialled().length).toBe(before);
  });

  it("and no forged event opens the dialog or leaves a record", async () => {
    await open();
    const began = new Date().toISOString();
    await page.evaluate(
      ({ barred, read, names }) => {
        const { navigation } = window as unknown as { navigation: EventTarget };
        const host = document.querySelector("cleardial-host")!;
        const link = document.querySelector("#barred")!;
        const form = document.body.appendChild(document.createElement("form"));
        form.action = barred;
        for (const name of names.flatMap((n) => [n, `cleardial-${n}`]))
          for (const target of [navigation, document, window, host, link, form]) {
            for (const detail of [barred, read, [barred], `<iframe src="${barred}">`])
              target.dispatchEvent(new CustomEvent(name, { cancelable: true, detail }));
            for (const relatedTarget of [link, form, new EventTarget(), window])
              target.dispatchEvent(new MouseEvent(name, { cancelable: true, relatedTarget }));
          }
        // What opens nothing when a script makes it.
        const all = { bubbles: true, composed: true, cancelable: true };
        form.dispatchEvent(new SubmitEvent("submit", all));
        link.dispatchEvent(new Event("click", all));
        link.dispatchEvent(new MouseEvent("auxclick", { ...all, button: 1 }));
        link.dispatchEvent(new KeyboardEvent("keydown", { ...all, key: "Enter" }));
        window.postMessage({ kind: "ask.show", id: "1", asking: { written: barred } }, "*");
        // A navigate event with a true destination of another time.
        const { NavigateEvent } = window as unknown as { NavigateEvent: new (...of: unknown[]) => Event };
        const again = (event: Event) => {
          const { destination, signal } = event as unknown as Record<string, unknown>;
          navigation.removeEventListener("navigate", again);
          for (let i = 0; i < 3; i++) {
            const forged = new NavigateEvent("navigate", { destination, signal, cancelable: true });
            Object.defineProperty(forged, "destination", { value: { url: barred } });
            navigation.dispatchEvent(forged);
          }
          navigation.dispatchEvent(new Event("navigate", { cancelable: true }));
        };
        navigation.addEventListener("navigate", again);
        location.hash = "#somewhere";
      },
      { barred: addressOf(BARRED), read: addressOf(READ_FIRST), names: Object.values(events) },
    );
    await pause(700);
    expect(await modal(page)).toBeNull();
    const { dials } = await call<DialsAnswer>(workerUrl, tokens.admin, "GET", "/v1/dials?limit=100");
    expect(dials.filter(({ at }) => at >= began)).toEqual([]);
  });

  it("by a click on a button that could not be seen, had only just come into sight, or was drawn small", async () => {
    await open();
    let before = dialled().length;
    const asked = async () => {
      await ask("#read", "Read before you call");
      await expect.poll(() => placeOf(page, "Call")).not.toBeNull();
    };
    await asked();
    const { x, y } = (await placeOf(page, "Call"))!;
    const clicks = async (n: number) => {
      for (let i = 0; i < n; i++) {
        await pause(150);
        await page.mouse.click(x, y);
      }
    };
    // A cover that lets clicks through, in a root whose events do not leave it, put on top again and again.
    const putCover = () =>
      page.evaluate(() => {
        const holder = document.body.appendChild(document.createElement("div"));
        const cover = document.createElement("div");
        cover.popover = "manual";
        cover.style.cssText =
          "pointer-events:none;inset:0;width:100vw;height:100vh;margin:0;border:0;background:#fff";
        cover.textContent = "Click here to win";
        holder.attachShadow({ mode: "closed" }).append(cover);
        cover.showPopover();
        const again = setInterval(() => {
          if (cover.matches(":popover-open")) cover.hidePopover();
          cover.showPopover();
        }, 40);
        Object.assign(window, { uncover: () => (clearInterval(again), holder.remove()) });
      });
    const uncover = () => page.evaluate(() => (window as unknown as { uncover: () => void }).uncover());
    for (let isTold = false, turn = 0; !isTold && turn < 5; turn++) {
      await putCover();
      await expect.poll(() => placeOf(page, "Call")).toBeNull();
      await clicks(8);
      expect(dialled().length, "covered").toBe(before);
      // A click at the moment at which the cover goes is too soon as well. A busy machine may click when it no longer is.
      const from = Date.now();
      await uncover();
      await page.mouse.click(x, y);
      isTold = Date.now() - from < TOO_SOON_MS;
      await pause(400);
      if (isTold || (await modal(page)) !== null) expect(dialled().length, "just uncovered").toBe(before);
      else {
        await expect.poll(dialled).toHaveLength(++before);
        await asked();
      }
    }

    await page.evaluate(() => {
      const style = document.head.appendChild(document.createElement("style"));
      style.textContent = `::view-transition, ::view-transition-group(*), ::view-transition-old(*), ::view-transition-new(*) {
        pointer-events: none; animation-duration: 30s; background: #fff; }`;
      const { finished, ready } = document.startViewTransition(() => undefined);
      Object.assign(window, { uncover: () => style.remove() });
      void finished.then(() => style.remove());
      return ready;
    });
    await expect.poll(() => placeOf(page, "Call")).toBeNull();
    await clicks(4);
    expect(dialled().length, "behind a picture of the page").toBe(before);
    await uncover();

    await page.evaluate(() => (document.documentElement.style.zoom = "0.2"));
    await pause(100);
    const small = await placeOf(page, "Call");
    if (small) await page.mouse.click(small.x, small.y);
    await expect.poll(() => placeOf(page, "Call")).toBeNull();
    await page.evaluate(() => (document.documentElement.style.zoom = ""));
    expect(dialled().length, "small").toBe(before);

    // The dialog can still be used.
    await press(page, "Call");
    await closed(page);
    await expect.poll(dialled).toHaveLength(before + 1);
  });

  it("where our element is taken away, put elsewhere, hidden or painted over", async () => {
    await open();
    const before = dialled().length;
    await page.evaluate(() => {
      const away = () => document.querySelector("cleardial-host")?.remove();
      away();
      const observer = new MutationObserver(away);
      observer.observe(document.documentElement, { childList: true });
      Object.assign(window, { leave: () => observer.disconnect() });
    });
    await page.click("#barred");
    await page.evaluate((barred) => window.open(barred), addressOf(BARRED));
    await pause(700);
    expect(dialled().length).toBe(before);
    await page.evaluate(() => (window as unknown as { leave: () => void }).leave());
    await says(page, "Do not call");
    await page.evaluate(() => {
      const none = document.body.appendChild(document.createElement("div"));
      none.style.display = "none";
      const host = document.querySelector<HTMLElement>("cleardial-host")!;
      none.append(host);
      host.hidden = true;
      host.inert = true;
      host.style.cssText =
        "display: none !important; opacity: 0 !important; transform: translate(-999px) !important";
      host.animate(
        { opacity: [0, 0], visibility: ["hidden", "hidden"] },
        { duration: 1e6, fill: "forwards" },
      );
      const style = document.head.appendChild(document.createElement("style"));
      style.textContent =
        "html { opacity: 0; filter: opacity(0); clip-path: circle(0) } cleardial-host { all: unset !important }";
      for (const name of ["ink", "ground", "accent", "soft", "line", "tone", "bad"])
        CSS.registerProperty({ name: `--${name}`, syntax: "<length>", inherits: false, initialValue: "0px" });
    });
    await expect
      .poll(() => page.evaluate(() => document.querySelector("cleardial-host")?.parentElement?.localName))
      .toBe("html");
    const look = await inOurWorld(
      page,
      () => {
        const root = chrome.dom.openOrClosedShadowRoot(
          document.querySelector<HTMLElement>("cleardial-host")!,
        )!;
        const dialog = root.querySelector("dialog.ask:modal")!;
        const { backgroundColor, color, opacity, visibility } = getComputedStyle(dialog);
        const { width, left } = dialog.getBoundingClientRect();
        return {
          backgroundColor,
          color,
          opacity,
          visibility,
          width,
          centred: Math.round(left * 2 + width) === innerWidth,
        };
      },
      null,
    );
    expect(look).toEqual({
      ...{
        backgroundColor: "rgb(255, 255, 255)",
        color: "rgb(28, 33, 40)",
        opacity: "1",
        visibility: "visible",
      },
      ...{ width: 480, centred: true },
    });
    await press(page, "Don’t call");
    await closed(page);
    expect(dialled().length).toBe(before);
  });

  it("where the page has replaced what scripts use", async () => {
    await open();
    const before = dialled().length;
    const session = await page.context().newCDPSession(page);
    const run = (expression: string) => session.send("Runtime.evaluate", { expression });
    // By the protocol alone: the page has replaced functions that the tests' own tools need.
    await run(`(() => {
      const { document: d, open } = window, barred = "${addressOf(BARRED)}", form = d.createElement("form");
      form.action = barred; form.target = "_blank"; d.body.append(form);
      const link = Object.assign(d.createElement("a"), { href: barred, target: "_blank" });
      const frame = d.createElement("iframe");
      poison();
      open(barred);
      let reads = 0;
      open({ toString: () => (reads++ ? barred : "https://elsewhere.example/") }, "_blank");
      link.click();
      frame.src = barred; d.body.append(frame);
      form.submit();
      location.href = barred;
      d.querySelector("#clear").append(d.createElement("i"));
    })()`);
    await says(page, "Do not call");
    await press(page, "Don’t call");
    await closed(page);
    expect(dialled().length).toBe(before);
    const { x, y } = await inOurWorld(
      page,
      () => document.querySelector("#clear")!.getBoundingClientRect().toJSON() as { x: number; y: number },
      null,
    );
    await page.mouse.click(x + 10, y + 8);
    await expect.poll(() => dialled().slice(before)).toEqual([CLEAR.replaceAll(" ", "")]);
    const { result } = await run(
      "document.title = loot.seen.length + ' ' + loot.roots.length; document.title",
    );
    expect(result.value).toBe("0 0");
    await session.detach();
  });
});

it("of numbers that it makes up it learns so many as policy allows in an hour, and it is told of", async () => {
  const save = (numbersPerHour: number) =>
    changePolicy(workerUrl, { saves: tokens.manager, approves: tokens.admin }, (policy) => ({
      ...policy,
      access: { ...policy.access, numbersPerHour },
    }));
  const { policy } = await call<PolicyAnswer>(workerUrl, tokens.admin, "GET", "/v1/policy");
  const began = new Date().toISOString();
  await save(1000);
  try {
    await page.goto(`${hostile}?many=2500`);
    await inFront(page);
    // Counted, not read: reading thousands of marks again and again would keep the page from painting them.
    const painted = () =>
      page.evaluate(() =>
        [...CSS.highlights].reduce(
          (n, [name, marks]) => n + (name.startsWith("cleardial-") ? marks.size : 0),
          0,
        ),
      );
    await growsTo(2500, painted);
    const alarms = async () => {
      const path = "/v1/audit?code=check.over-budget";
      const { rows } = await call<AuditAnswer>(workerUrl, tokens.admin, "GET", path);
      return rows.filter(({ at }) => at >= began).length;
    };
    await expect.poll(alarms, { timeout: 30_000 }).toBe(1);
    const known = (await marksOf(page)).filter((mark) => mark.verdict !== "unknown");
    expect(known.length).toBeLessThanOrEqual(1003);
  } finally {
    await save(policy.access.numbersPerHour);
  }
});
