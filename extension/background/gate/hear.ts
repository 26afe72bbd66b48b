/**
 * Hears of dials that reach the browser: navigations to the Worker's `/dial`. Chrome tells of them twice, when the request
 * begins and when the navigation ends without a page; each way misses some, so both are heard and each dial counts once.
 * While the Worker does not answer, minutes are between the two, and Chrome may have stopped us meanwhile.
 */
import { DIAL_PATH, heardIn, SETUP_PATH } from "../../../shared/dials/browser-gate.ts";
import type { CachedStorage } from "../storage.ts";

export interface HeardDial {
  tabId: number;
  frameId: number;
  /** The Worker's origin. */
  origin: string;
  /** As the browser got it: `tel:+44…` */
  address: string;
}

/** How long after the request's end Chrome tells of the navigation's: the same dial later is another one. */
const TOGETHER_MS = 10_000;
/** Requests that are remembered. */
const MOST = 64;
const KEY = "gate.begun";

type Told = Pick<HeardDial, "tabId" | "frameId"> & { url: string };
type Request = Told & { requestId: string };

interface Begun {
  key: string;
  requestId: string;
  /** Null while the request is on its way. */
  until: number | null;
}

/** Pairs what Chrome tells of one dial. `now` in milliseconds. */
export function openPairs(session: Pick<CachedStorage, "get" | "set">, now: () => number) {
  const begun = () =>
    (session.get<Begun[]>(KEY) ?? []).filter(({ until }) => until === null || until > now());
  const keep = (all: Begun[]) => session.set(KEY, all.slice(-MOST));
  return {
    /** A request began. */
    begins({ tabId, frameId, url, requestId }: Request): HeardDial | null {
      const heard = heardIn(url);
      // The service worker's own request names no dial.
      if (!heard) return null;
      keep([...begun(), { key: `${tabId} ${frameId} ${url}`, requestId, until: null }]);
      return { tabId, frameId, ...heard };
    },
    /** It ended, with an answer or without. */
    answered({ requestId }: Pick<Request, "requestId">): void {
      const until = now() + TOGETHER_MS;
      keep(begun().map((one) => (one.requestId === requestId ? { ...one, until } : one)));
    },
    /** A navigation ended without a page. */
    ends({ tabId, frameId, url }: Told): HeardDial | null {
      const heard = heardIn(url);
      if (!heard) return null;
      const all = begun();
      const at = all.findIndex(({ key }) => key === `${tabId} ${frameId} ${url}`);
      if (at < 0) return { tabId, frameId, ...heard };
      keep(all.toSpliced(at, 1));
      return null;
    },
  };
}

/**
 * Adds Chrome's listeners, as far as it has granted their permissions; called at each start, and again after a grant. Which
 * Worker is ours is not known yet at a start: the listeners hear `/dial` of every site that was granted.
 */
export function hearChrome(
  session: CachedStorage,
  heard: (dial: HeardDial) => void,
  opened: (tabId: number, by: number) => void,
  /** Somebody pressed the button of the page of that origin on which Chrome is asked. */
  asked: (origin: string) => void,
): () => void {
  const pairs = openPairs(session, () => Date.now());
  /** In the order in which Chrome tells. */
  const inTurn = (pair: () => HeardDial | null | void) =>
    void session.ready.then(pair).then((dial) => dial && heard(dial));
  const begins = (told: Request): undefined => void inTurn(() => pairs.begins(told));
  const answered = (told: Request) => inTurn(() => pairs.answered(told));
  const ends = (told: Told) => inTurn(() => pairs.ends(told));
  const asks = ({ url }: { url: string }): undefined => void asked(new URL(url).origin);
  const opens = (made: { tabId: number; sourceTabId: number }) => opened(made.tabId, made.sourceTabId);
  return () => {
    const { webRequest, webNavigation } = chrome as Partial<typeof chrome>;
    if (webRequest && !webRequest.onBeforeRequest.hasListener(begins)) {
      const dials = { urls: [`*://*${DIAL_PATH}`] };
      webRequest.onBeforeRequest.addListener(begins, dials);
      webRequest.onCompleted.addListener(answered, dials);
      webRequest.onErrorOccurred.addListener(answered, dials);
      webRequest.onBeforeRequest.addListener(asks, {
        urls: [`*://*${SETUP_PATH}`],
        types: ["xmlhttprequest"],
      });
    }
    if (!webNavigation || webNavigation.onErrorOccurred.hasListener(ends)) return;
    webNavigation.onErrorOccurred.addListener(ends, { url: [{ pathEquals: DIAL_PATH }] });
    webNavigation.onCreatedNavigationTarget.addListener(opens);
  };
}
