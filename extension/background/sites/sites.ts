/**
 * The sites that are turned on, and the scripts that run there. Chrome holds the permissions, and a person may withdraw
 * one there at any time: scripts are registered where a site is both wanted here and granted there.
 */
import cardScript from "url:../../page/card.ts";
import guardScript from "url:../../page/guard/guard.ts";
import mainWorldScript from "url:../../page/main-world/main-world.ts";
import overlayScript from "url:../../page/overlay.ts";
import type { Site } from "../../carried.ts";
import { coveringOf, patternOf } from "../../origins.ts";
import { framesOf } from "../../vendors.ts";
import type { Frames } from "./frames.ts";
import type { CachedStorage } from "../storage.ts";

const KEY = "sites";
/** The enterprise policy's sites that Chrome has granted. */
const GIVEN = "managed-sites";
const PENDING = "pending-site";
/** In session storage, which Chrome empties when the extension is updated or switched off. */
const BEGUN = "begun";
/** A permission granted later than this was not the answer to our question. */
const PENDING_MS = 5 * 60_000;

const file = (address: string) => new URL(address).pathname.slice(1);
interface Pending {
  tabId: number;
  sites: Site[];
  at: number;
}

/** What the isolated world of a frame has from guard/handle.ts. */
type Ours = { cleardialLate?: true; cleardialGuard?: { meets: (name: string) => void } };

/** Before the guard of a page that is open already. Chrome sends it there as text, so it must use nothing from this module. */
function saysLate(): void {
  (globalThis as unknown as Ours).cleardialLate = true;
}

/** The same. A page that keeps our script from running is one that keeps the channel. */
function meet(name: string): void {
  const runsScripts = !matchMedia("(scripting: none)").matches;
  if (name !== "" || runsScripts) (globalThis as unknown as Ours).cleardialGuard?.meets(name);
}

/** Chrome's words for a document, frame or tab that is no more. */
const GONE = /\bNo (?:document|frame|tab)\b|\b(?:removed|closed)\b/i;

/** Tells the guard the name by which our script in the page's world waits for it: from here, no page can know it. */
async function introduce(tabId: number, documentId: string, name: unknown): Promise<void> {
  const target = { tabId, documentIds: [documentId] };
  const args: [string] = [typeof name === "string" ? name : ""];
  // A document that is gone meanwhile needs no more; what else fails must not keep the other frames from theirs.
  await chrome.scripting
    .executeScript({ target, func: meet, args, injectImmediately: true })
    .catch((error: unknown) => GONE.test(String(error)) || console.error(error));
}

/** Frames that have their guard, and its introduction, do nothing of it again. */
async function guardIn(target: chrome.scripting.InjectionTarget): Promise<void> {
  const at = { target, injectImmediately: true };
  await chrome.scripting.executeScript({ ...at, func: saysLate });
  await chrome.scripting.executeScript({ ...at, files: [file(guardScript)] });
  const made = await chrome.scripting.executeScript({ ...at, files: [file(mainWorldScript)], world: "MAIN" });
  await Promise.all(made.map(({ documentId, result }) => introduce(target.tabId, documentId, result)));
}

export interface SitesDeps {
  local: CachedStorage;
  session: CachedStorage;
  frames: Frames;
  now: () => number;
  /** The sites of the enterprise policy. */
  managed: () => readonly string[];
}

export function openSites({ local, session, frames, now, managed }: SitesDeps) {
  let last: Promise<unknown> = Promise.resolve();
  /** Chrome's registrations are changed one at a time. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  }

  const kept = (key: string) => local.get<Record<string, string[]>>(key) ?? {};
  const sites = () => kept(KEY);
  const isManaged = (origin: string) =>
    Object.entries(kept(GIVEN)).some(([site, framed]) => site === origin || framed.includes(origin));
  const list = (): Site[] =>
    Object.entries({ ...sites(), ...kept(GIVEN) })
      .map(([origin, framed]) => ({ origin, frames: framed, managed: isManaged(origin) }))
      .sort((a, b) => a.origin.localeCompare(b.origin));

  /** Every origin that our scripts run on: sites, and the frames that were turned on with them. */
  const covered = () => {
    const all = [...Object.entries(sites()), ...Object.entries(kept(GIVEN))];
    return [...new Set(all.flatMap(([site, framed]) => [site, ...framed]))].sort();
  };

  /** The wanted sites that are not on yet, each with the origins of its vendor's frames. */
  const missing = (wanted: readonly string[]): Site[] => {
    const here = covered();
    return [...new Set(wanted)]
      .filter((site) => coveringOf(here, site) === null)
      .map((origin) => ({ origin, frames: framesOf(origin) }));
  };
  const granted = (origin: string) => chrome.permissions.contains({ origins: [patternOf(origin)] });

  async function register(): Promise<void> {
    const matches = covered().map(patternOf);
    const shared = { allFrames: true, matchOriginAsFallback: true, persistAcrossSessions: true, matches };
    const wanted: chrome.scripting.RegisteredContentScript[] = [
      // Before any script of the page, so that its listeners come first. The second asks the first for the channel.
      { ...shared, id: "guard", js: [file(guardScript)], world: "ISOLATED", runAt: "document_start" },
      { ...shared, id: "main-world", js: [file(mainWorldScript)], world: "MAIN", runAt: "document_start" },
      { ...shared, id: "overlay", js: [file(overlayScript)], world: "ISOLATED", runAt: "document_end" },
    ];
    const present = await chrome.scripting.getRegisteredContentScripts();
    // A new version of the extension has the same scripts under new file names.
    const signs = (script: chrome.scripting.RegisteredContentScript) =>
      [script.id, ...(script.js ?? []), ...(script.matches ?? []).toSorted()].join(" ");
    const same = (script: chrome.scripting.RegisteredContentScript) =>
      present.some((p) => signs(p) === signs(script));
    const isTheirs =
      present.length === wanted.length && present.every((p) => wanted.some(({ id }) => id === p.id));
    if (matches.length > 0 && isTheirs) {
      // In place: a page that loads while none is registered would have no guard.
      if (!wanted.every(same)) await chrome.scripting.updateContentScripts(wanted);
      return;
    }
    if (present.length > 0) await chrome.scripting.unregisterContentScripts();
    if (matches.length > 0) await chrome.scripting.registerContentScripts(wanted);
  }

  /** Injects the scripts into every frame of the tab that we may enter. The scripts themselves notice if they already run. */
  async function inject(tabId: number): Promise<void> {
    const all = { tabId, allFrames: true };
    // The page itself first, as a frame that hangs keeps the others' answers. It may be another site's, with a frame of ours.
    await guardIn({ tabId, frameIds: [0] }).catch(() => {});
    await guardIn(all);
    // The overlay has some of its functions from the guard (scripts/lib/shipped.ts); a frame may be newer than the first call.
    await chrome.scripting.executeScript({ target: all, files: [file(guardScript), file(overlayScript)] });
  }

  /** Not awaited: a page may take long to load, and a closing page refuses. */
  function injectInto(tabs: Iterable<number>) {
    for (const id of new Set(tabs)) inject(id).catch(() => {});
  }

  async function tabsOf(origins: string[]): Promise<number[]> {
    if (origins.length === 0) return [];
    return (await chrome.tabs.query({ url: origins.map(patternOf) })).flatMap(({ id }) => id ?? []);
  }

  /**
   * Makes the stored sites and the registered scripts match what is wanted and granted, and stops our scripts elsewhere.
   * Returns the newly covered origins.
   */
  async function follow(): Promise<string[]> {
    const before = covered();
    const wanted = Object.fromEntries(managed().map((site) => [site, framesOf(site)]));
    for (const [key, origins] of [
      [KEY, sites()],
      [GIVEN, wanted],
    ] as const) {
      const still: Record<string, string[]> = {};
      for (const [origin, framed] of Object.entries(origins)) {
        if (!(await granted(origin))) continue;
        const may = await Promise.all(framed.map(granted));
        still[origin] = framed.filter((_, i) => may[i]);
      }
      if (JSON.stringify(still) !== JSON.stringify(kept(key))) local.set(key, still);
    }
    await register();
    const here = covered();
    const left = frames.all().filter((f) => f.origin !== "null" && coveringOf(here, f.origin) === null);
    await frames.send(left, { kind: "off" });
    frames.forget(left);
    return here.filter((origin) => !before.includes(origin));
  }

  /** The same, and starts the scripts in open tabs of new origins. */
  async function followed(): Promise<void> {
    const fresh = await follow();
    if (fresh.length > 0) injectInto(await tabsOf(fresh));
  }

  /** False if Chrome has not granted every site yet; its frames may be granted later. */
  async function turnOn(tabId: number, wanted: Site[]): Promise<boolean> {
    if (wanted.length === 0) return false;
    const all = await Promise.all(wanted.map(({ origin }) => granted(origin)));
    if (all.includes(false)) {
      // On some systems Chrome's prompt closes the popup: the grant is then noticed in `grantAdded`.
      session.set(PENDING, { tabId, sites: wanted, at: now() } satisfies Pending);
      return false;
    }
    const before = covered();
    const own = { ...sites() };
    for (const { origin, frames } of wanted) {
      const framed = new Set([...(own[origin] ?? []), ...frames]);
      framed.delete(origin);
      own[origin] = [...framed].sort();
    }
    local.set(KEY, own);
    await follow();
    session.remove(PENDING);
    const fresh = covered().filter((origin) => !before.includes(origin));
    // A newly covered frame may be in a tab whose own address is another site.
    if (fresh.length > 0) injectInto([tabId, ...(await tabsOf(fresh))]);
    return true;
  }

  async function turnOff(origins: string[]): Promise<void> {
    const before = covered();
    const left = Object.entries(sites())
      .filter(([site]) => !origins.includes(site))
      .map(([site, framed]) => [site, framed.filter((f) => !origins.includes(f))] as const);
    local.set(KEY, Object.fromEntries(left));
    await follow();
    const here = covered();
    for (const origin of before.filter((o) => !here.includes(o)))
      // A permission that an administrator granted cannot be removed; our scripts do not run there anyway.
      await chrome.permissions.remove({ origins: [patternOf(origin)] }).catch(() => {});
  }

  const ready = Promise.all([local.ready, session.ready]);
  const when =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    (...args: A) =>
      inTurn(() => ready.then(() => work(...args)));

  return {
    list,
    missing,
    covered,
    turnOn: when(turnOn),
    turnOff: when(turnOff),
    isManaged,
    follow: when(followed),
    /**
     * At every start of the service worker, since Chrome may have stopped it between a change and its registration. At
     * the first start after installation, update or switching on, the scripts in open pages have lost their connection to
     * us, so new ones are injected.
     */
    begin: when(async () => {
      await followed();
      if (session.get(BEGUN)) return;
      session.set(BEGUN, true);
      injectInto(await tabsOf(covered()));
    }),
    grantAdded: when(async () => {
      const pending = session.get<Pending>(PENDING);
      if (pending && now() - pending.at < PENDING_MS) await turnOn(pending.tabId, pending.sites);
      else await followed();
    }),
    /** Injects the card's script into the frame that asks. */
    async card({ tab, frameId = 0 }: chrome.runtime.MessageSender): Promise<void> {
      if (tab?.id === undefined) return;
      await chrome.scripting.executeScript({
        target: { tabId: tab.id, frameIds: [frameId] },
        files: [file(cardScript)],
      });
    },
  };
}

export type Sites = ReturnType<typeof openSites>;
