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
import { callsInStacks, look, marks, membersOfMarkup, ticks, writesBoth, zeros } from "./natives-kit.ts";

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

it("gets no function of ours from a call in a stack", async () => {
  await page.goto(url);
  // In a task of its own, whose stack has none of the test's tools.
  const calls = await page.evaluate<Record<string, string>[]>(
    `new Promise((done) => setTimeout(() => done((${String(callsInStacks)})("tel:999"))))`,
  );
  const ours = calls.filter((call) => call.getScriptNameOrSourceURL === "<anonymous>");
  expect(ours.length).toBeGreaterThan(10);
  const told = ours.map(({ getFunction, getThis }) => `${getFunction}, ${getThis}`);
  expect([...new Set(told)]).toEqual(["undefined, undefined"]);
});

it("makes no event that opens nothing one that can be cancelled", async () => {
  await page.goto(elsewhere());
  expect(await page.evaluate(ticks)).toEqual([true, false, false]);
  await page.goto(url);
  expect(await page.evaluate(ticks)).toEqual([true, false, false]);
});

it("has no way to write markup that nobody has looked at", async () => {
  await page.goto(url);
  const found = await page.evaluate(membersOfMarkup);
  expect(found.sort()).toEqual(
    [
      // Wrapped (main-world/parsers.ts).
      ...["Document.parseHTML", "Document.parseHTMLUnsafe"],
      ...["Element.innerHTML", "Element.insertAdjacentHTML", "Element.outerHTML"],
      ...["Element.setHTML", "Element.setHTMLUnsafe"],
      ...["ShadowRoot.innerHTML", "ShadowRoot.setHTML", "ShadowRoot.setHTMLUnsafe"],
      // They write nothing into a page.
      ...["Element.getHTML", "ShadowRoot.getHTML", "VTTCue.getCueAsHTML"],
      ...["TrustedTypePolicy.createHTML", "TrustedTypePolicyFactory.emptyHTML"],
      "TrustedTypePolicyFactory.isHTML",
    ].sort(),
  );
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

describe("a page whose default policy", () => {
  const rules = ["a function", "an object that is none by its type"] as const;
  it.each(rules)("is %s: what it makes of a string is looked at", async (kind) => {
    await page.goto(`${url}/strict`);
    const held = await page.evaluate(
      ([barred, kind]) => {
        const { trustedTypes } = window as unknown as Factory;
        const createHTML = () => `<iframe src="${barred}"></iframe>`;
        // `typeof document.all` is "undefined".
        const own = kind === "a function" ? () => {} : document.all;
        trustedTypes.createPolicy("default", Object.assign(own, { createHTML }));
        const place = document.querySelector("#place")!;
        place.innerHTML = "anything";
        return [place.children.length, place.querySelectorAll('[src^="tel"]').length];
      },
      [BARRED, kind] as const,
    );
    expect(held).toEqual([1, 0]);
    await inFront(page);
    await says(page, /Do not call|Not known/);
    await press(page, "Don’t call");
  });

  it.each([null, undefined])("is %s, makes nothing, as without us", async (none) => {
    await page.goto(`${url}/strict`);
    const thrown = await page.evaluate((none) => {
      const { trustedTypes } = window as unknown as Factory;
      trustedTypes.createPolicy("default", none);
      try {
        document.querySelector("#place")!.innerHTML = "anything";
      } catch (error) {
        return (error as Error).name;
      }
      return null;
    }, none);
    expect(thrown).toBe("TypeError");
  });
  interface Factory {
    trustedTypes: { createPolicy: (name: string, rules: unknown) => unknown };
  }
});

describe("whatever is dialled, written or framed", () => {
  const wide = (digits: string, zero: number) =>
    digits.replace(/\d/g, (d) => String.fromCodePoint(zero + Number(d)));

  it("neither hangs the page nor passes", async () => {
    await page.goto(url);
    await inFront(page);
    const began = new Date().toISOString();
    expect(zeros.length).toBeGreaterThan(50);
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
    const left: string[] = [];
    // Each is dialled twice, and more than 120 dials of a page in a minute are held for that alone.
    const most = 50;
    for (let i = 0; i < addresses.length; i += most) {
      if (i > 0) await page.goto(url);
      left.push(...(await page.evaluate(writesBoth, addresses.slice(i, i + most))));
    }
    // Not known to be a dial: it has no number.
    expect(left.filter((address) => !address.startsWith("x-unknown:"))).toEqual([]);
    const path = "/v1/dials?limit=500";
    const { dials } = await call<DialsAnswer>(workerUrl, tokens.admin, "GET", path);
    expect(dials.filter(({ at, action }) => at >= began && action !== "held")).toEqual([]);
    // A dialog that showed a megabyte would hang the page as long as it is open.
    await page.goto(url);
    await inFront(page);
    await page.evaluate(writesBoth, addresses.slice(0, 1));
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
