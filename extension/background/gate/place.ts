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
  /** Tabs that pages opened, and the tab of the page. */
  const opened = new Map<number, { by: number; at: number }>();

  /** The tab that opened this one for the dial; then this one goes. */
  async function openerOf(tabId: number): Promise<number | null> {
    const its = opened.get(tabId);
    if (!its || now() - its.at > AT_ONCE_MS) return null;
    const address = await addressOf(tabId);
    if (address !== "" && address !== "about:blank") return null;
    await close(tabId).catch(() => {});
    return its.by;
  }

  return {
    opened(tabId: number, by: number): void {
      for (const [id, { at }] of opened) if (now() - at > AT_ONCE_MS) opened.delete(id);
      opened.set(tabId, { by, at: now() });
    },
    async of({ tabId: began, frameId }: HeardDial): Promise<Place> {
      const opener = frameId === 0 ? await openerOf(began) : null;
      const tabId = opener ?? began;
      const ids = [...new Set(opener === null ? [0, frameId] : [0])];
      const known = frames.all().filter((f) => f.tabId === tabId);
      const here = ids.flatMap((id) => known.find((f) => f.frameId === id) ?? []);
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
