/**
 * What agents allowed in each tab just now. A softphone in a frame of the page calls a moment later, or is told to call
 * once more: that is the call which was allowed, and it is not asked about again. Kept in memory: where Chrome stops the
 * service worker, it is.
 */
import type { DialRequest } from "../../../shared/dials/api.ts";
import type { Answer } from "../../messages.ts";
import { AFTER_MS } from "../../page/protocols/offers.ts";

const KEPT_MS = 60_000;
const MOST = 50;
/** What a frame tells takes no longer to come here. */
const MESSAGE_MS = 2000;

type Allowed = Answer<"page.allowed">;

export function openAllowed(now: () => number) {
  /** Until when a tab's last dials explain its audio. */
  const dialled = new Map<number, number>();
  let all: { tabId: number; number: string; until: number; override: Allowed["override"] }[] = [];

  function overrideIn({ action, basis, reason = "", layer }: DialRequest): Allowed["override"] {
    if (action !== "overridden" || basis !== "service") return null;
    return { basis, reason, layer: layer === "protocol" ? "protocol" : "page" };
  }

  return {
    /** A dial was recorded. */
    note(tabId: number | undefined, dial: DialRequest): void {
      for (const [tab, until] of dialled) if (until <= now()) dialled.delete(tab);
      // Audio is told of so much after it was offered: a dial that was held explains what it was made with, and no more.
      const until = now() + (dial.action === "held" ? AFTER_MS + MESSAGE_MS : KEPT_MS);
      if (tabId !== undefined) dialled.set(tabId, Math.max(dialled.get(tabId) ?? 0, until));
      const override = overrideIn(dial);
      const isRead = dial.action === "passed" && dial.verdict === "caution";
      if (tabId === undefined || !(override || isRead)) return;
      all.push({ tabId, number: dial.e164 ?? dial.number, until: now() + KEPT_MS, override });
      all = all.slice(-MOST);
    },
    /** Whether a dial of the tab explains audio that is told of now. */
    hasDialled: (tabId: number | undefined): boolean =>
      tabId !== undefined && (dialled.get(tabId) ?? -Infinity) > now(),
    /** Takes the override of a number, once; `read`: a caution was read, which counts for as long as it is kept. */
    take(tabId: number | undefined, number: string): Allowed {
      all = all.filter(({ until }) => until > now());
      const mine = all.filter((one) => one.tabId === tabId && one.number === number);
      const taken = mine.find(({ override }) => override !== null);
      all = all.filter((one) => one !== taken);
      return { override: taken?.override ?? null, read: mine.some(({ override }) => override === null) };
    },
  };
}
