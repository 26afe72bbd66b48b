/**
 * Hears of dials that reach the browser: navigations to the Worker's `/dial`. Chrome tells of them twice, when the request
 * begins and when it ends without a page; each way misses some, so both are heard and each dial counts once.
 */
import { DIAL_PATH, heardIn } from "../../../shared/dials/browser-gate.ts";

export interface HeardDial {
  tabId: number;
  frameId: number;
  /** The Worker's origin. */
  origin: string;
  /** As the browser got it: `tel:+44…` */
  address: string;
}

/** How long a request may take until Chrome tells that it ended: the same dial later is another one. */
const TOGETHER_MS = 10_000;

type Told = Pick<HeardDial, "tabId" | "frameId"> & { url: string };

/** Pairs what Chrome tells of one dial. `now` in milliseconds. */
export function openPairs(now: () => number) {
  const begun: { key: string; until: number }[] = [];
  return {
    /** A request began. */
    begins({ tabId, frameId, url }: Told): HeardDial | null {
      const heard = heardIn(url);
      // The service worker's own request names no dial.
      if (!heard) return null;
      begun.push({ key: `${tabId} ${frameId} ${url}`, until: now() + TOGETHER_MS });
      return { tabId, frameId, ...heard };
    },
    /** A navigation ended without a page. */
    ends({ tabId, frameId, url }: Told): HeardDial | null {
      const heard = heardIn(url);
      if (!heard) return null;
      const key = `${tabId} ${frameId} ${url}`;
      const at = begun.findIndex((one) => one.key === key && one.until > now());
      if (at < 0) return { tabId, frameId, ...heard };
      begun.splice(0, begun.length, ...begun.filter((one, i) => i !== at && one.until > now()));
      return null;
    },
  };
}

/**
 * Adds Chrome's listeners, as far as it has granted their permissions; called at each start, and again after a grant. Which
 * Worker is ours is not known yet at a start: the listeners hear `/dial` of every site that was granted.
 */
export function hearChrome(
  heard: (dial: HeardDial) => void,
  opened: (tabId: number, by: number) => void,
): () => void {
  const pairs = openPairs(() => Date.now());
  const pass = (dial: HeardDial | null) => dial && heard(dial);
  const begins = (told: Told): undefined => void pass(pairs.begins(told));
  const ends = (told: Told) => void pass(pairs.ends(told));
  const opens = (made: { tabId: number; sourceTabId: number }) => opened(made.tabId, made.sourceTabId);
  return () => {
    const { webRequest, webNavigation } = chrome as Partial<typeof chrome>;
    if (webRequest && !webRequest.onBeforeRequest.hasListener(begins))
      webRequest.onBeforeRequest.addListener(begins, { urls: [`*://*${DIAL_PATH}`] });
    if (!webNavigation || webNavigation.onErrorOccurred.hasListener(ends)) return;
    webNavigation.onErrorOccurred.addListener(ends, { url: [{ pathEquals: DIAL_PATH }] });
    webNavigation.onCreatedNavigationTarget.addListener(opens);
  };
}
