/** A Chromium with the production build in it, joined to the real Worker, and helpers that read its pages. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import type { BrowserContext, Page, Worker } from "playwright-core";
import { expect, inject } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import { joinTeam, launchBrowser, openExtensionPage, send, turnOn } from "../../../scripts/lib/browser.ts";
import { growsTo, type Mark, marksOf, settledMarks } from "../../../scripts/lib/marks.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { invite, type Role } from "../../../scripts/lib/seed.ts";
import type * as model from "./model.ts";
import { verdictOf } from "./model.ts";
import { emailOf } from "./setup.ts";

export { growsTo, marksOf, settledMarks, type Mark };

export interface LaunchOptions {
  /** Origins to turn on; both of the fixture pages' by default. */
  sites?: string[];
  /** Who the extension is joined as; null leaves it unjoined. */
  joined?: Role | null;
  /** A folder with the extension; by default a copy of the build that may run on this machine's own pages. */
  extension?: string;
  /** The browser; by default the one that was found. */
  chromium?: string;
  /** What the extension is joined to; by default the Worker. */
  worker?: string;
  viewport?: { width: number; height: number };
  /** A proxy for everything that the browser sends (wire.ts). */
  proxy?: string;
  /** The language that the browser asks pages for. */
  locale?: string;
  /** Further switches of Chromium. */
  flags?: string[];
  /** As in BrowserOptions. */
  backForwardCache?: boolean;
}

export interface Launched {
  context: BrowserContext;
  /** A blank tab. Its errors and console errors are kept in `errors`. */
  page: Page;
  errors: string[];
  extensionId: string;
  /** The extension's service worker, as it ran at the start. */
  worker: Worker;
  /** One of the extension's own pages; `ask` sends its messages. */
  own: Page;
  ask: (message: { kind: string } & Record<string, unknown>) => Promise<unknown>;
  turnOn: (...origins: string[]) => Promise<void>;
  close: () => Promise<void>;
}

let joins = 0;
/**
 * Who approves is a person of their own in each browser: by a code that the administrator saw, a further browser of
 * somebody who is there would make the two one.
 */
const joinsAs = (role: Role): string =>
  role === "manager" || role === "compliance" ? `${role}-${++joins}@fixture.example` : emailOf(role);

/** The browsers that are open. */
export const open = new Set<BrowserContext>();

/** Notes what goes wrong in a page, and what it logs as an error. */
export function hearErrors(page: Page, errors: string[]): void {
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
}

export async function launch(options: LaunchOptions = {}): Promise<Launched> {
  const { workerUrl, tokens, pagesUrl, otherUrl, granted, ...e2e } = inject("e2e");
  const {
    sites = [pagesUrl, otherUrl],
    joined = "agent",
    extension = granted,
    worker = workerUrl,
    viewport,
    proxy,
    locale,
    flags = [],
    backForwardCache = false,
  } = options;
  const { chromium = e2e.chromium } = options;
  const profile = mkdtempSync(join(tmpdir(), "cleardial-profile-"));
  // Another extension or browser begins with a profile of its own.
  if (extension === granted && chromium === e2e.chromium) cpSync(e2e.profile, profile, { recursive: true });
  const browser = await launchBrowser({
    executablePath: chromium,
    extension,
    profile,
    headless: true,
    size: viewport ?? { width: 1280, height: 900 },
    ...(proxy !== undefined && { proxy }),
    ...(locale !== undefined && { locale }),
    flags,
    backForwardCache,
  });
  open.add(browser.context);
  const close = async () => {
    open.delete(browser.context);
    await browser.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await browser.context.addInitScript({ content: modelScript() });
    const own = await openExtensionPage(browser);
    if (joined) {
      const who = { name: `The ${joined}`, email: joinsAs(joined), role: joined };
      await joinTeam(own, worker, await invite(workerUrl, tokens.admin, who));
    }
    if (sites.length > 0) await turnOn(own, sites);
    const page = browser.context.pages().find((p) => p !== own) ?? (await browser.context.newPage());
    await page.bringToFront();
    const errors: string[] = [];
    hearErrors(page, errors);
    return {
      ...browser,
      page,
      errors,
      own,
      ask: (message) => send(own, message),
      turnOn: (...origins) => turnOn(own, origins),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

let script: string | undefined;
/** The fixtures' model as a script: pages then find their own numbers without any of the product's code. */
function modelScript(): string {
  script ??= esbuild.buildSync({
    entryPoints: [at("test/e2e/kit/model.ts")],
    bundle: true,
    format: "iife",
    globalName: "fixtureModel",
    footer: { js: "globalThis.fixtureModel = fixtureModel;" },
    write: false,
  }).outputFiles[0]!.text;
  return script;
}

// What the fixture pages keep for the tests.
declare const fixtureModel: typeof model;
interface FixtureWindow {
  fixtureRoots?: Map<Element, ShadowRoot>;
  fixtureLies?: string[];
}

export interface Seen {
  text: string;
  /** The verdict that it must have. */
  wanted: Verdict;
  /** The verdict that it has. */
  painted: Verdict | null;
}

/** Every number that can be read on the screen, in all frames and roots, with its verdict. */
export async function numbersOnScreen(page: Page): Promise<Seen[]> {
  const frames = await Promise.all(page.frames().map((frame) => frame.evaluate(lookAround)));
  return frames.flat();
}

/** Runs in the page. */
function lookAround(): Seen[] {
  const paint = new Map<Node, { start: number; end: number; verdict: Verdict }[]>();
  CSS.highlights.forEach((highlight, name) => {
    if (!name.startsWith("cleardial-")) return;
    highlight.forEach((range) => {
      const here = paint.get(range.startContainer) ?? [];
      here.push({
        start: range.startOffset,
        end: range.endOffset,
        verdict: name.slice("cleardial-".length) as Verdict,
      });
      paint.set(range.startContainer, here);
    });
  });
  const seen: Seen[] = [];
  const visit = (node: Node): void => {
    if (node instanceof Text) {
      for (const found of fixtureModel.numbersIn(node.data)) {
        const range = document.createRange();
        range.setStart(node, found.start);
        range.setEnd(node, found.start + found.text.length);
        if (!onScreen(range, node)) continue;
        const mark = paint
          .get(node)
          ?.find((m) => m.start === found.start && m.end === found.start + found.text.length);
        seen.push({ text: found.text, wanted: found.verdict, painted: mark?.verdict ?? null });
      }
      return;
    }
    if (node instanceof Element) {
      if (["SCRIPT", "STYLE", "IFRAME", "TEXTAREA"].includes(node.tagName)) return;
      const root = node.shadowRoot ?? (window as FixtureWindow).fixtureRoots?.get(node);
      if (root) {
        root.childNodes.forEach(visit);
        return;
      }
    }
    node.childNodes.forEach(visit);
  };
  /** In the window, and its first character neither scrolled away nor clipped. */
  const onScreen = (range: Range, node: Text): boolean => {
    const box = range.getClientRects()[0];
    if (!box || box.width === 0) return false;
    const x = box.left + 3;
    const y = box.top + box.height / 2;
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return false;
    const root = node.getRootNode() as Document | ShadowRoot;
    const hit = root.elementFromPoint(x, y);
    const parent = node.parentElement ?? (root as ShadowRoot).host;
    return hit !== null && (hit === parent || hit.contains(parent) || parent.contains(hit));
  };
  visit(document.body);
  return seen;
}

/**
 * Waits until every number on the screen has the model's verdict and nothing else is painted. `least` guards against a
 * page that shows no number; `parts` are parts of numbers that run over several elements.
 */
export async function expectRightVerdicts(page: Page, least: number, parts: string[] = []): Promise<Seen[]> {
  let seen: Seen[] = [];
  await inFront(page);
  await expect
    .poll(
      async () => {
        seen = await numbersOnScreen(page);
        const wrong = seen.filter((s) => s.painted !== s.wanted);
        return seen.length < least ? `only ${seen.length} numbers on screen` : wrong;
      },
      { timeout: 20_000, interval: 100 },
    )
    .toEqual([]);
  expect((await falsePaint(page)).filter((mark) => !parts.includes(mark.text))).toEqual([]);
  return seen;
}

/**
 * Brings a page to the front and waits until it draws. Behind another tab a page draws one frame a second or none,
 * although it counts as visible: numbers are then found late, and icons never appear.
 */
export async function inFront(page: Page): Promise<void> {
  do await page.bringToFront();
  while (!(await page.evaluate(drawsSoon)));
}

/** Runs in the page. */
const drawsSoon = () =>
  new Promise<boolean>((done) => {
    setTimeout(() => done(false), 1500);
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
  });

/** Painted text that is not a number, or whose verdict is not the model's. */
export async function falsePaint(page: Page): Promise<Mark[]> {
  return (await marksOf(page)).filter((mark) => verdictOf(mark.text) !== mark.verdict);
}

/** Expects each written number to be painted with its verdict, wherever it is; null: not painted at all. */
export async function expectVerdicts(page: Page, wanted: Record<string, Verdict | null>): Promise<void> {
  await expect
    .poll(
      async () => {
        const marks = await marksOf(page);
        return Object.fromEntries(
          Object.keys(wanted).map((text) => {
            const verdicts = new Set(marks.filter((m) => m.text === text).map((m) => m.verdict));
            return [text, verdicts.size === 0 ? null : [...verdicts].join(" and ")];
          }),
        );
      },
      { timeout: 20_000, interval: 100 },
    )
    .toEqual(wanted);
}

interface DomNode {
  localName: string;
  nodeValue: string;
  /** Names and values in turn. */
  attributes?: string[];
  children?: DomNode[];
  shadowRoots?: DomNode[];
}

/**
 * What a screen reader reads of the badges in the page's own document: the lines of the list in our closed root. They
 * include numbers without paint: form fields, links without a text.
 */
export async function spokenOn(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const { root } = await session.send("DOM.getDocument", { depth: -1, pierce: true });
    const all = (node: DomNode): DomNode[] => [
      node,
      ...[...(node.children ?? []), ...(node.shadowRoots ?? [])].flatMap(all),
    ];
    const host = all(root).find((node) => node.localName === "cleardial-host");
    const items = host ? all(host).filter((node) => node.localName === "li") : [];
    return items.map(({ attributes = [] }) => attributes[attributes.indexOf("data-said") + 1] ?? "");
  } finally {
    await session.detach();
  }
}

/**
 * From now on, looks at every frame before it is painted and keeps each lie: a verdict on a number that it does not
 * belong to, or on text that is not a number.
 */
export async function watchForLies(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const lies = ((window as FixtureWindow).fixtureLies = [] as string[]);
    const look = () => {
      CSS.highlights.forEach((highlight, name) => {
        if (!name.startsWith("cleardial-")) return;
        highlight.forEach((range) => {
          if (!range.startContainer.isConnected) return;
          const { data } = range.startContainer as Text;
          if (range.startContainer === range.endContainer && range.endOffset > data.length)
            return lies.push(`${name} beyond "${data}"`);
          const live = document.createRange();
          live.setStart(range.startContainer, range.startOffset);
          live.setEnd(range.endContainer, range.endOffset);
          const text = live.toString();
          if (name === `cleardial-${fixtureModel.verdictOf(text)}`) return;
          // Which country's number it is must be asked, or its hours bar it: never clear.
          if (fixtureModel.isUnfinished(text) && name !== "cleardial-clear") return;
          lies.push(`${name} on "${text}"`);
        });
      });
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return () => page.evaluate(() => (window as FixtureWindow).fixtureLies ?? ["the page was loaded anew"]);
}

export { verdictOf };
