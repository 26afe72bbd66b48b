/** Where the agent is asked about a dial that reached the browser: in the page that began it, if our scripts run there. */
import type { Frame, Frames } from "../sites/frames.ts";
import type { HeardDial } from "./hear.ts";

export interface Place {
  tabId: number;
  /** Null where none of our scripts runs. */
  frame: Frame | null;
}

/** A window that a page opens for a dial alone stays empty, and dials at once. */
const AT_ONCE_MS = 3000;
/** No dial waits longer for a frame that hangs, and is not the one to ask in. */
const OTHERS_MS = 1000;

export interface PlaceDeps {
  frames: Pick<Frames, "all">;
  now: () => number;
  later: (run: () => void, ms: number) => void;
  /** The address of a tab's page; null where Chrome does not tell. */
  addressOf: (tabId: number) => Promise<string | null>;
  isAlive: (frame: Frame) => Promise<boolean>;
  close: (tabId: number) => Promise<unknown>;
}

export function openPlaces({ frames, now, later, addressOf, isAlive, close }: PlaceDeps) {
  /** Tabs that pages opened, and the tab of the page; `first`, where that was itself opened so, is the one that began. */
  const opened = new Map<number, { by: number; first: number; at: number }>();

  /** The tab that opened this one for the dial; then this one goes. */
  async function openerOf(tabId: number): Promise<number | null> {
    const its = opened.get(tabId);
    if (!its || !isOpened(tabId)) return null;
    const address = await addressOf(tabId);
    if (address !== "" && address !== "about:blank") return null;
    await close(tabId).catch(() => {});
    return its.by;
  }

  const isOpened = (tabId: number): boolean => now() - (opened.get(tabId)?.at ?? -Infinity) <= AT_ONCE_MS;
  const firstOf = (tabId: number): number => (isOpened(tabId) ? opened.get(tabId)!.first : tabId);
  const inTab = (tabId: number) => frames.all().filter((frame) => frame.tabId === tabId);
  /** Where a dial of a frame is asked about, the likeliest first. */
  const those = (known: readonly Frame[], frameId: number): Frame[] =>
    [...new Set([0, frameId])].flatMap((id) => known.find((frame) => frame.frameId === id) ?? []);

  return {
    /** Where it is asked about, as far as is known without asking the page; null also for a tab that was opened for it. */
    near: ({ tabId, frameId }: HeardDial): Frame | null =>
      isOpened(tabId) ? null : (those(inTab(tabId), frameId)[0] ?? null),
    /** The tab whose page began it: not one that was opened for it, or each would be another. */
    begunBy: ({ tabId }: HeardDial): number => firstOf(tabId),
    opened(tabId: number, by: number): void {
      for (const [id, { at }] of opened) if (now() - at > AT_ONCE_MS) opened.delete(id);
      opened.set(tabId, { by, first: firstOf(by), at: now() });
    },
    async of({ tabId: began, frameId }: HeardDial): Promise<Place> {
      const opener = frameId === 0 ? await openerOf(began) : null;
      const tabId = opener ?? began;
      const known = inTab(tabId);
      const here = those(known, opener === null ? frameId : 0);
      const others = known.filter((f) => !here.includes(f));
      // All are asked: once a page has answered, what its guard said before the dial is here.
      const patience = new Promise<void>((done) => later(done, OTHERS_MS));
      const heard = Promise.race([Promise.all(others.map(isAlive)), patience]);
      const alive = await Promise.all(here.map(isAlive));
      await heard;
      return { tabId, frame: here.find((_, i) => alive[i]) ?? null };
    },
  };
}

export type Places = ReturnType<typeof openPlaces>;

export const inChrome: Pick<PlaceDeps, "addressOf" | "isAlive" | "close"> = {
  async addressOf(tabId) {
    const { webNavigation } = chrome as Partial<typeof chrome>;
    return webNavigation ? ((await webNavigation.getFrame({ tabId, frameId: 0 }))?.url ?? "") : null;
  },
  isAlive: ({ tabId, documentId }) =>
    chrome.scripting
      .executeScript({
        target: { tabId, documentIds: [documentId] },
        func: () => true,
        injectImmediately: true,
      })
      .then(
        ([ran]) => ran?.result === true,
        () => false,
      ),
  close: (tabId) => chrome.tabs.remove(tabId),
};
