/**
 * The page's DOM belongs to the page. Each application runs through the same steps with ClearDial and without it: its
 * DOM at each step, and every change in between, must be the same, except for our one element.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  expectRightVerdicts,
  inFront,
  launch,
  type Launched,
  marksOf,
  watchForLies,
} from "../kit/harness.ts";
import { inOurWorld } from "../kit/modal.ts";

const { pagesUrl, otherUrl } = inject("e2e");
let browser: Launched;
/** One browser, with two addresses of the pages: ClearDial is on for one and off for the other. */
const sides = { with: pagesUrl, without: otherUrl };

beforeAll(async () => {
  browser = await launch({ sites: [pagesUrl], viewport: { width: 1100, height: 900 } });
  await browser.context.addInitScript(logChanges);
});
afterAll(() => browser.close());

interface Watched {
  changes: string[];
  fixtureSteps?: (() => unknown)[];
  fixtureDocument?: () => string;
}
declare const window: Watched & typeof globalThis;

/** Records every change of the document and of open roots. Runs in the page, before its first node exists. */
function logChanges(): void {
  const changes = (window.changes = [] as string[]);
  const name = (node: Node): string =>
    node instanceof Element
      ? `${node.localName}${[...node.attributes].map((a) => `[${a.name}]`).join("")}`
      : `${node.nodeName} "${node.nodeValue ?? ""}"`;
  const observer = new MutationObserver((records) => {
    for (const { type, target, attributeName, addedNodes, removedNodes } of records) {
      if (type === "childList") {
        for (const node of addedNodes) changes.push(`+ ${name(node)} in ${target.nodeName}`);
        for (const node of removedNodes) changes.push(`- ${name(node)} in ${target.nodeName}`);
      } else if (type === "attributes")
        changes.push(
          `${attributeName} of ${target.nodeName}: ${(target as Element).getAttribute(attributeName!) ?? ""}`,
        );
      else changes.push(`text: ${target.nodeValue ?? ""}`);
    }
  });
  const options = { subtree: true, childList: true, attributes: true, characterData: true };
  observer.observe(document, options);
  const attach = Reflect.get<Element, "attachShadow">(Element.prototype, "attachShadow");
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    observer.observe(root, options);
    return root;
  };
}

/** Everything in the page, its open roots too, without our element. */
const contentOf = (page: Page) =>
  page.evaluate(() => {
    const lines: string[] = [];
    const visit = (node: Node, depth: number): void => {
      if (node.nodeName === "CLEARDIAL-HOST") return;
      const attributes =
        node instanceof Element ? [...node.attributes].map((a) => `${a.name}="${a.value}"`) : [];
      lines.push(`${" ".repeat(depth)}${node.nodeName} ${attributes.join(" ")}${node.nodeValue ?? ""}`);
      if (node instanceof Element && node.shadowRoot) visit(node.shadowRoot, depth + 1);
      node.childNodes.forEach((child) => visit(child, depth + 1));
    };
    visit(document.documentElement, 0);
    return lines.join("\n").replaceAll(location.origin, "");
  });

/**
 * The content once nothing moves or changes any more: an application may finish a row a moment later, and it names the
 * elements of a view transition until that is over.
 */
async function contentAtRest(page: Page): Promise<string> {
  for (let last = ""; ;) {
    await page.waitForFunction(
      () =>
        !(document as { activeViewTransition?: object | null }).activeViewTransition &&
        document.getAnimations().every(({ playState }) => playState !== "running"),
    );
    const content = await contentOf(page);
    if (content === last) return content;
    last = content;
    await page.waitForTimeout(200);
    await page.evaluate(
      () =>
        new Promise((done) =>
          requestAnimationFrame(() => requestIdleCallback(() => done(null), { timeout: 3000 })),
        ),
    );
  }
}

const changesOf = (page: Page) =>
  page.evaluate(() => {
    const changes = window.changes.filter(
      (change) => !/^[+-] cleardial-host\[popover\] in HTML$/.test(change),
    );
    window.changes.length = 0;
    return changes.map((change) => change.replaceAll(location.origin, "")).sort();
  });

interface App {
  path: string;
  /** How many numbers must be on the screen, at least, after each step. */
  least: number[];
  /** Its DOM depends on how fast it is drawn. */
  loose?: true;
}
const apps: App[] = [
  { path: "/apps/strict", least: [12, 12, 10, 0, 5] },
  { path: "/apps/hydrate", least: [20, 20, 20] },
  { path: "/apps/vue", least: [20, 20, 10, 0, 10] },
  { path: "/apps/svelte", least: [20, 20, 10, 0, 10] },
  { path: "/apps/inplace", least: [20, 20, 20, 6] },
  { path: "/apps/datatables", least: [18, 18, 18, 20, 20] },
  { path: "/react/", least: [14, 14, 14], loose: true },
  { path: "/apps/aggrid", least: [18, 18, 18, 18], loose: true },
];

/** Runs a page's steps: its content before and after each, and every change. */
async function run(app: App, url: string): Promise<{ contents: string[]; changes: string[] }> {
  const beside = url === sides.with;
  const { context } = browser;
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && errors.push(m.text()));
  try {
    await page.goto(url + app.path);
    await inFront(page);
    await page.waitForFunction(() => window.fixtureSteps);
    const lies = beside ? await watchForLies(page) : null;
    const contents: string[] = [];
    // The numbers have their badges before the first step, even where that is hydration.
    if (beside) await expectRightVerdicts(page, app.least[0]!);
    contents.push(await contentAtRest(page));
    for (const [i, least] of app.least.entries()) {
      await page.evaluate(async (i) => void (await window.fixtureSteps![i]!()), i);
      if (beside) await expectRightVerdicts(page, least);
      contents.push(await contentAtRest(page));
    }
    expect(await page.evaluate(() => window.fixtureSteps!.length)).toBe(app.least.length);
    expect(errors).toEqual([]);
    expect((await lies?.())?.join("; ") ?? "").toBe("");
    const hosts = await page.evaluate(() => document.querySelectorAll("cleardial-host").length);
    expect(hosts).toBe(beside ? 1 : 0);
    return { contents, changes: await changesOf(page) };
  } finally {
    await page.close();
  }
}

/** The element of a line of content with each of its attributes and with each of its classes, numbers left out. */
function partsOf(line: string): string[] {
  const element = line.trim().split(" ", 1)[0]!;
  const parts = [...line.replace(/\d+/g, "n").matchAll(/([^ =]+)="([^"]*)"/g)].flatMap(([, name, value]) =>
    name === "class" ? value!.split(" ").map((one) => `.${one}`) : [`${name!}="${value!}"`],
  );
  return ["", ...parts].map((part) => `${element} ${part}`);
}

describe("an application's DOM, step by step, is what it is without us", () => {
  it.each(apps)("$path", async (app) => {
    const without = await run(app, sides.without);
    const beside = await run(app, sides.with);
    expect(without.contents.join("\n").length).toBeGreaterThan(1000);
    if (!app.loose) {
      expect(beside.contents).toEqual(without.contents);
      return expect(beside.changes).toEqual(without.changes);
    }
    // Which rows are kept beyond those in view, and which is marked as the first, depends on timing: elements, each of
    // their attributes and classes, and changes are compared by their kind.
    const kinds = ({ contents, changes }: Awaited<ReturnType<typeof run>>) => [
      ...new Set([
        ...contents.flatMap((c) => c.split("\n").filter((l) => !l.includes("#text"))).flatMap(partsOf),
        ...changes.map((c) => c.replace(/: .*|".*"/s, "")),
      ]),
    ];
    const known = kinds(without);
    expect(kinds(beside).filter((kind) => !known.includes(kind))).toEqual([]);
  });
});

it("a rich editor holds what was typed, and no more", async () => {
  const typed = async (url: string) => {
    const page = await browser.context.newPage();
    try {
      await page.goto(`${url}/apps/editor`);
      await page.waitForFunction(() => window.fixtureSteps);
      await page.locator(".ProseMirror p").nth(1).click();
      await page.keyboard.press("End");
      for (const part of ["0113 4", "96 0010", ", or 020 7946 0", "508"]) {
        await page.keyboard.type(part);
        // The badge appears while the number is written, and goes as it grows.
        await page.waitForTimeout(400);
      }
      await page.keyboard.press("Enter");
      await page.keyboard.type("(0113) 496 0001");
      for (let i = 0; i < 3; i++) await page.keyboard.press("Backspace");
      await page.keyboard.type("061.");
      if (url === sides.with) await expectRightVerdicts(page, 5);
      const document = await page.evaluate(() => window.fixtureDocument!());
      // How often the editor writes its class again depends on how fast one types.
      const changes = [...new Set(await changesOf(page))];
      return { document, content: await contentOf(page), changes };
    } finally {
      await page.close();
    }
  };
  const without = await typed(sides.without);
  expect(without.document).toContain("0113 496 0010, or 020 7946 0508");
  expect(await typed(sides.with)).toEqual(without);
});

it("one attribute or one node of ours would be seen", async () => {
  const page = await browser.context.newPage();
  try {
    await page.goto(`${pagesUrl}/apps/inplace`);
    await expect.poll(() => marksOf(page).then((m) => m.length)).toBeGreaterThan(10);
    const before = await contentOf(page);
    await changesOf(page);
    await inOurWorld(
      page,
      () => {
        document.querySelector("b")!.dataset["ours"] = "";
        document.querySelector("b")!.append("");
        delete document.querySelector("b")!.dataset["ours"];
      },
      null,
    );
    expect(await changesOf(page)).toEqual(["data-ours of B: ", "data-ours of B: ", '+ #text "" in B'].sort());
    expect(await contentOf(page)).not.toBe(before);
  } finally {
    await page.close();
  }
});
