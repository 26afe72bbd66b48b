/**
 * What a page can see of the natives that we wrap, compared with the same page where nothing of ours runs; that pages with
 * Trusted Types work; and that no input is too long or too strange for the guard.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { serve } from "../popup/extension-kit.ts";
import { inFront, launch, type Launched } from "../kit/harness.ts";
import { modal, press, says } from "../kit/modal.ts";

const { workerUrl, tokens } = inject("e2e");
let browser: Launched;
let page: Page;
let url = "";
let stop = () => {};
/** The same page from an origin that is not turned on. */
const elsewhere = () => url.replace("localhost", "127.0.0.1");

const BARRED = "tel:+441414960010";

function answer(request: IncomingMessage, response: ServerResponse): void {
  const strict = request.url!.startsWith("/strict");
  const policy = strict
    ? { "content-security-policy": "require-trusted-types-for 'script'; trusted-types page default" }
    : {};
  response
    .writeHead(200, { "content-type": "text/html", ...policy })
    .end('<!doctype html><title>Natives</title><link rel="icon" href="data:,"><div id="place"></div>');
}

beforeAll(async () => {
  const { port, close } = await serve(answer);
  stop = close;
  url = `http://localhost:${port}`;
  browser = await launch({ sites: [url] });
  ({ page } = browser);
});
afterAll(async () => {
  await browser?.close();
  stop();
});

describe("a page that looks at its natives", () => {
  /** All that a page can read of the properties of its interfaces, and of itself. */
  const look = () => {
    const seen: string[] = [];
    const say = (of: string, native: unknown) => {
      if (typeof native !== "function") return;
      const { name, length } = native;
      const source = Function.prototype.toString.call(native);
      const own = Object.getOwnPropertyNames(native).join();
      const proto = Object.getPrototypeOf(native) as unknown;
      const from = proto === Function.prototype ? "Function" : String((proto as { name?: string }).name);
      seen.push(`${of}: ${name} ${length} ${source} ${own} ${from} ${Object.hasOwn(native, "prototype")}`);
    };
    const walk = (of: string, owner: object) => {
      for (const key of Reflect.ownKeys(owner)) {
        const own: Record<string, unknown> = { ...Object.getOwnPropertyDescriptor(owner, key) };
        const flags = ["writable", "enumerable", "configurable"].map((flag) => own[flag]);
        const place = `${of}.${String(key)}`;
        seen.push(`${place} ${flags.join()}`);
        for (const part of ["value", "get", "set"]) say(place, own[part]);
      }
    };
    for (const name of Object.getOwnPropertyNames(window)) {
      // What the tests' own tools leave there.
      if (/playwright|fixtureModel/i.test(name)) continue;
      const value = Object.getOwnPropertyDescriptor(window, name)!.value as unknown;
      seen.push(name);
      say(name, value);
      if (typeof value === "function" && typeof value.prototype === "object")
        walk(name, value.prototype as object);
    }
    walk("Document", Document);
    return seen;
  };

  it("sees the same as without us", async () => {
    await page.goto(elsewhere());
    const without = await page.evaluate(look);
    expect(without.length).toBeGreaterThan(5000);
    await page.goto(url);
    expect(await page.evaluate(look)).toEqual(without);
  });

  it("calls those of a frame without a receiver, and the frame's window is meant", async () => {
    const heard = () => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      const inner = frame.contentWindow as Window & typeof globalThis;
      const heard: string[] = [];
      addEventListener("said", () => heard.push("page"));
      inner.addEventListener("said", () => heard.push("frame"));
      const dispatch = Reflect.get(inner.EventTarget.prototype, "dispatchEvent") as () => boolean;
      Reflect.apply(dispatch, undefined, [new Event("said")]);
      const shown = Function.prototype.toString.call(dispatch);
      const same = Object.getPrototypeOf(dispatch) === inner.Function.prototype;
      frame.remove();
      return [...heard, shown, String(same)];
    };
    await page.goto(elsewhere());
    const without = await page.evaluate(heard);
    expect(without).toEqual(["frame", "function dispatchEvent() { [native code] }", "true"]);
    await page.goto(url);
    expect(await page.evaluate(heard)).toEqual(without);
  });

  it("reads no address of ours in its errors' stacks, its own handlers' included", async () => {
    await page.goto(url);
    const stacks = await page.evaluate((barred) => {
      const found: string[] = [];
      const keep = () => void found.push(String(new Error("here").stack));
      const attempt = (run: () => unknown) => {
        try {
          run();
        } catch (error) {
          found.push(String((error as Error).stack));
        }
      };
      attempt(() => document.body.setAttribute("1 2", ""));
      attempt(() => (document.body.outerHTML = { toString: () => (keep(), "<iframe></iframe>") } as never));
      attempt(() => document.createElement("iframe").setAttributeNode(null as never));
      attempt(() => open({ toString: () => (keep(), Symbol() as never) } as never));
      document.addEventListener("click", keep);
      document.body.click();
      document.body.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      const frame = document.createElement("iframe");
      attempt(() => (frame.src = { toString: () => (keep(), barred) } as never));
      return found;
    }, "about:blank");
    expect(stacks.length).toBeGreaterThan(5);
    for (const stack of stacks) expect(stack).not.toMatch(/chrome-extension|cleardial/i);
  });
});

describe("a page with Trusted Types", () => {
  it("writes what its policy made, markup with frames included, and its dials are held", async () => {
    await page.goto(`${url}/strict`);
    await inFront(page);
    const wrote = await page.evaluate((barred) => {
      interface Policy {
        createHTML: (html: string) => string;
        createScriptURL: (url: string) => string;
      }
      const { trustedTypes } = window as unknown as {
        trustedTypes: { createPolicy: (name: string, rules: object) => Policy };
      };
      const same = (text: string) => text;
      const policy = trustedTypes.createPolicy("page", { createHTML: same, createScriptURL: same });
      const place = document.querySelector("#place")!;
      const errors: string[] = [];
      const attempt = (run: () => unknown) => {
        try {
          run();
        } catch (error) {
          errors.push((error as Error).name);
        }
      };
      const frame = policy.createHTML('<iframe title="a frame" src="about:blank"></iframe>');
      attempt(() => (place.innerHTML = frame));
      attempt(() => place.insertAdjacentHTML("beforeend", frame));
      attempt(() => place.append(document.createRange().createContextualFragment(frame)));
      attempt(() => place.append(...new DOMParser().parseFromString(frame, "text/html").body.children));
      attempt(() => {
        const made = document.createElement("iframe");
        made.srcdoc = policy.createHTML("<iframe></iframe>");
        made.setAttribute("srcdoc", policy.createHTML("<iframe></iframe>"));
        place.append(made);
      });
      attempt(() => {
        const made = document.createElement("embed");
        made.src = policy.createScriptURL("about:blank");
        place.append(made);
      });
      const frames = place.querySelectorAll("iframe, embed").length;
      // A string is refused, as without us.
      attempt(() => (place.innerHTML = "<iframe></iframe>"));
      attempt(() =>
        place.insertAdjacentHTML("beforeend", policy.createHTML(`<iframe src="${barred}"></iframe>`)),
      );
      // What the page's default policy makes of any string.
      trustedTypes.createPolicy("default", { createHTML: () => `<iframe src="${barred}"></iframe>` });
      attempt(() => (place.innerHTML = "anything"));
      const made = place.querySelectorAll("iframe").length;
      return { errors, frames, made, held: place.querySelectorAll(`[src^="tel"]`).length };
    }, BARRED);
    expect(wrote).toEqual({ errors: ["TypeError"], frames: 6, made: 1, held: 0 });
    await says(page, /Do not call|Not known/);
    await press(page, "Don’t call");
    expect(browser.errors.filter((error) => !/TrustedHTML|Content Security Policy/.test(error))).toEqual([]);
  });
});

describe("whatever is dialled, written or framed", () => {
  const wide = (digits: string, zero: number) =>
    digits.replace(/\d/g, (d) => String.fromCodePoint(zero + Number(d)));

  it("neither hangs the page nor passes", async () => {
    await page.goto(url);
    await inFront(page);
    const began = new Date().toISOString();
    // Every script's digits: a zero is followed by nine more.
    const zeros = Array.from({ length: 0x1fbf1 }, (_, code) => code).filter(
      (code) =>
        code > 0x39 &&
        /\p{Nd}/u.test(String.fromCodePoint(code)) &&
        /\P{Nd}/u.test(String.fromCodePoint(code - 1)),
    );
    expect(zeros.length).toBeGreaterThan(50);
    const marks = [
      "\u200e",
      "\u200f",
      "\u202a",
      "\u202b",
      "\u202c",
      "\u202d",
      "\u202e",
      "\u2066",
      "\u2069",
      "\u061c",
    ];
    const addresses = [
      `tel:${"1".repeat(1_000_000)}`,
      `tel:${"%2B".repeat(300_000)}`,
      `tel:${";ext=1".repeat(150_000)}`,
      `tel:+44${"(".repeat(1_000_000)}`,
      `sms:${"+441414960010,".repeat(70_000)}`,
      `x-unknown:${"a".repeat(1_000_000)}?tel=${"0".repeat(10_000)}`,
      ...zeros.map((zero) => `tel:${wide("01414960010", zero)}`),
      ...marks.map((mark) => `tel:${mark}0141 496 0010${mark}`),
      "tel:%2B44%20141%20496%200010",
      "tel:+44+141+496+0010",
      "tel:%25%32%42441414960010",
    ];
    const left = await page.evaluate((all) => {
      const place = document.querySelector("#place")!;
      const left: string[] = [];
      for (const address of all) {
        const frame = document.createElement("iframe");
        frame.src = address;
        if (frame.hasAttribute("src")) left.push(address.slice(0, 60));
        place.innerHTML = `<iframe src="${address}"></iframe>`;
        if (/^(tel|sms):/.test(place.querySelector("iframe")!.getAttribute("src") ?? ""))
          left.push(address.slice(0, 60));
        place.replaceChildren();
      }
      return left;
    }, addresses);
    // Not known to be a dial: it has no number.
    expect(left.filter((address) => !address.startsWith("x-unknown:"))).toEqual([]);
    const path = "/v1/dials?limit=500";
    const { dials } = await call<DialsAnswer>(workerUrl, tokens.admin, "GET", path);
    expect(dials.filter(({ at, action }) => at >= began && action !== "held")).toEqual([]);
    // A dialog that showed a megabyte would hang the page as long as it is open.
    await says(page, /1{80}…/);
    expect((await modal(page))!.text.length).toBeLessThan(2000);
  });

  it("in thousands of frames and in markup made to be slow", async () => {
    await page.goto(url);
    await inFront(page);
    const left = await page.evaluate((barred) => {
      const place = document.createElement("div");
      const texts = [
        `<iframe src="${barred}"></iframe>`.repeat(3000),
        `<iframe title="${"<iframe ".repeat(20_000)}" src="${barred}">`,
        "<iframe ".repeat(50_000),
        `<iframe srcdoc="${"<iframe srcdoc='".repeat(2000)}">`,
        "<ifram".repeat(200_000),
        `${"<!--".repeat(100_000)}<iframe src="${barred}">`,
      ];
      const left: number[] = [];
      for (const text of texts) {
        place.innerHTML = text;
        left.push(place.querySelectorAll('[src^="tel:"]').length);
      }
      return left;
    }, BARRED);
    expect(left).toEqual([0, 0, 0, 0, 0, 0]);
    for (let i = 0; i < 6 && (await modal(page)); i++) await press(page, "Don’t call");
  });
});
