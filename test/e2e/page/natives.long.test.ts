/** No input of a page is too long or too strange for the guard. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { DialsAnswer } from "../../../shared/dials/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { WIRES } from "../../../extension/page/main-world-events.ts";
import { inFront, launch, type Launched } from "../kit/harness.ts";
import { inOurWorld } from "../kit/our-world.ts";
import { modal, press, says } from "../kit/modal.ts";
import { serve } from "../popup/extension-kit.ts";
import {
  answer,
  BARRED,
  linksOfMath,
  marks,
  membersOfMarkup,
  takersOfMarkup,
  wrapped,
  writesBoth,
  writesByAll,
  zeros,
} from "./natives-kit.ts";

const { workerUrl, tokens } = inject("e2e");
let browser: Launched;
let page: Page;
let url = "";
let stop = () => {};

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
      const place = document.body.appendChild(document.createElement("div"));
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

  it.each(["about:blank", "/framed"])("nor beside 3,000 frames of %s", { timeout: 300_000 }, async (src) => {
    await page.goto(url);
    await inFront(page);
    await page.evaluate(async (src) => {
      const place = document.querySelector("#place")!;
      place.innerHTML = `<iframe hidden src="${src}"></iframe>`.repeat(3000);
      await new Promise((done) => setTimeout(done, 5000));
    }, src);
    expect(await page.evaluate(writesBoth, [BARRED])).toEqual([]);
    await says(page, "Don’t call");
    await press(page, "Don’t call");
  });
});

it("has no method that makes a frame of markup but those that are looked at, whatever its name", async () => {
  await page.goto(url.replace("localhost", "127.0.0.1"));
  const found = await page.evaluate(takersOfMarkup);
  const others = ["DOMParser.parseFromString", "Range.createContextualFragment"];
  const writes = ["Document.execCommand", "Document.write", "Document.writeln"];
  // The sanitizer lets no frame through.
  const sanitized = /\.(setHTML|parseHTML)$/;
  expect(found).toEqual([...wrapped.filter((one) => !sanitized.test(one)), ...others, ...writes].sort());
});

/** Runs in our world: counts what is said on the channel to the guards of all frames, by its kind, from now on. */
const counts = () => {
  const win = globalThis as unknown as { cleardialChannel: EventTarget; said: Record<string, number> };
  const said: Record<string, number> = (win.said = {});
  win.cleardialChannel.dispatchEvent = (event) => {
    said[event.type] = (said[event.type] ?? 0) + 1;
    return EventTarget.prototype.dispatchEvent.call(win.cleardialChannel, event);
  };
};
const counted = () => (globalThis as unknown as { said: Record<string, number> }).said;

// How long they take is the browser's: without us it takes more for each frame the more there are, too.
it("a frame has as much of us to hear beside many as beside few", { timeout: 300_000 }, async () => {
  const heard = async (count: number) => {
    await page.goto(url);
    await inFront(page);
    await inOurWorld(page, counts, null);
    await page.evaluate((count) => {
      document.querySelector("#place")!.innerHTML = '<iframe srcdoc="framed"></iframe>'.repeat(count);
    }, count);
    const wired = async () => (await inOurWorld(page, counted, null))[WIRES];
    await expect.poll(wired, { timeout: 120_000 }).toBe(count);
    return inOurWorld(page, counted, null);
  };
  const few = await heard(15);
  expect(few).toEqual({ [WIRES]: 15 });
  expect(await heard(150)).toEqual({ [WIRES]: 150 });
});

describe("a browser with what is on trial in it", () => {
  let trial: Launched;
  beforeAll(async () => {
    trial = await launch({ sites: [url], flags: ["--enable-experimental-web-platform-features"] });
  });
  afterAll(() => trial?.close());

  it("has no way to write markup but those of the table", async () => {
    await trial.page.goto(url.replace("localhost", "127.0.0.1"));
    const found = await trial.page.evaluate(membersOfMarkup);
    const places = ["", "Append", "Prepend", "Before", "After", "ReplaceWith"];
    const names = places.flatMap((place) => [
      place === "" ? "setHTML" : `${place[0]!.toLowerCase()}${place.slice(1)}HTML`,
      `stream${place}HTML`,
    ]);
    const methods = names.flatMap((name) => [name, `${name}Unsafe`]);
    const isOf = (one: string) => methods.includes(one.split(".")[1]!);
    expect(
      found
        .filter((one) => !isOf(one) && /^(Element|ShadowRoot|CharacterData|DocumentType)\./.test(one))
        .sort(),
    ).toEqual([
      "Element.getHTML",
      "Element.innerHTML",
      "Element.insertAdjacentHTML",
      "Element.outerHTML",
      "ShadowRoot.getHTML",
      "ShadowRoot.innerHTML",
    ]);
    expect(new Set(found.filter(isOf).map((one) => one.split(".")[1])).size).toBe(methods.length);
    expect(await trial.page.evaluate(linksOfMath)).toEqual([]);
    // Where nothing of ours runs a frame gets its address by each but the sanitizer's.
    const unsafe = methods.filter((name) => name.endsWith("Unsafe"));
    const does = await trial.page.evaluate(takersOfMarkup);
    // A document has no frame beside its type.
    const may = found.filter((one) => isOf(one) && /^(?!DocumentType).*Unsafe$/.test(one));
    expect(does.filter(isOf)).toEqual(may.sort());
    const without = await trial.page.evaluate(writesByAll, [methods, "about:blank"] as const);
    expect(without.sort()).toEqual(unsafe.map((name) => `${name} made a frame`).sort());
    await trial.page.goto(url);
    await inFront(trial.page);
    const both = await trial.page.evaluate(writesByAll, [methods, BARRED] as const);
    expect(both).toEqual([]);
    await says(trial.page, /Do not call|Not known/);
    await press(trial.page, "Don’t call");
  });
});
