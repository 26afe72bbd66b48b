/**
 * What a page can see of the natives that we wrap, compared with the same page where nothing of ours runs; and that pages
 * with Trusted Types work. Input that is long or strange: natives.long.test.ts.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../popup/extension-kit.ts";
import { inFront, launch, type Launched } from "../kit/harness.ts";
import { press, says } from "../kit/modal.ts";
import {
  answer,
  BARRED,
  callsInStacks,
  hearings,
  linksOfMath,
  look,
  membersOfMarkup,
  ticks,
  wrapped,
} from "./natives-kit.ts";

let browser: Launched;
let page: Page;
let url = "";
let stop = () => {};
/** The same page from an origin that is not turned on. */
const elsewhere = () => url.replace("localhost", "127.0.0.1");

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

it("is heard as it said, and read as a browser reads it", async () => {
  await page.goto(elsewhere());
  const without = await page.evaluate(hearings);
  expect(without.filter((one) => one.startsWith("reads ")).length).toBeGreaterThan(50);
  await page.goto(url);
  expect(await page.evaluate(hearings)).toEqual(without);
});

describe("a page has no way to write markup that nobody has looked at", () => {
  it("by its name", async () => {
    await page.goto(url);
    const found = await page.evaluate(membersOfMarkup);
    expect(found.sort()).toEqual(
      [
        ...wrapped,
        ...["Element.innerHTML", "Element.outerHTML", "ShadowRoot.innerHTML"],
        // They write nothing into a page.
        ...["Element.getHTML", "ShadowRoot.getHTML", "VTTCue.getCueAsHTML"],
        ...["TrustedTypePolicy.createHTML", "TrustedTypePolicyFactory.emptyHTML"],
        "TrustedTypePolicyFactory.isHTML",
      ].sort(),
    );
  });

  it("nor a link of MathML that opens", async () => {
    await page.goto(elsewhere());
    expect(await page.evaluate(linksOfMath)).toEqual([]);
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

it("is held by what a page's trusted text is, not by what the page says that it is", async () => {
  await page.goto(`${url}/strict`);
  const made = await page.evaluate((barred) => {
    const { trustedTypes, TrustedHTML } = window as unknown as {
      trustedTypes: {
        createPolicy: (name: string, rules: object) => { createHTML: (html: string) => string };
      };
      TrustedHTML: { prototype: object };
    };
    const policy = trustedTypes.createPolicy("page", { createHTML: (text: string) => text });
    const text = policy.createHTML(`<b>kept</b><iframe src="${barred}"></iframe>`);
    const lie = () => "<b>kept</b>";
    Object.assign(TrustedHTML.prototype, { toString: lie, valueOf: lie, [Symbol.toPrimitive]: lie });
    const place = document.querySelector("#place")!;
    const dialling = () => document.querySelectorAll('[src^="tel"]').length;
    const counts: number[] = [];
    const attempt = (write: () => void) => (write(), counts.push(dialling()), place.replaceChildren());
    attempt(() => (place.innerHTML = text));
    attempt(() => place.insertAdjacentHTML("beforeend", text));
    attempt(() => place.append(document.createRange().createContextualFragment(text)));
    attempt(() => place.append(...new DOMParser().parseFromString(text, "text/html").body.children));
    attempt(() => {
      const frame = place.appendChild(document.createElement("iframe"));
      frame.contentDocument!.write(text);
      counts.push(frame.contentDocument!.querySelectorAll('[src^="tel"]').length);
    });
    return counts;
  }, BARRED);
  expect(made).toEqual([0, 0, 0, 0, 0, 0]);
  await inFront(page);
  await says(page, /Do not call|Not known/);
  await press(page, "Don’t call");
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
