/** The site in the tab below the popup: whether it is on, its counts, and its frames that are not covered. */
import type { PopupState } from "../../carried.ts";
import { coveringOf } from "../../origins.ts";
import type { Frames } from "./frames.ts";
import type { Sites } from "./sites.ts";
import { lookAtTab } from "./tab-frames.ts";

/** Chrome's stores, which no extension may run on. (Chrome's own pages have no http origin.) */
const CLOSED = ["https://chromewebstore.google.com", "https://chrome.google.com"];

export async function siteState(tabId: number, sites: Sites, frames: Frames): Promise<PopupState["site"]> {
  const tab = await chrome.tabs.get(tabId).catch(() => null);
  const origin = siteOrigin(tab?.url);
  if (origin === null)
    return { origin, on: false, managed: false, counts: frames.counts(tabId, new Set()), uncovered: {} };
  const seen = await lookAtTab(tabId);
  const covered = sites.covered();
  const here = coveringOf(covered, origin);
  return {
    origin: here ?? origin,
    on: here !== null,
    managed: here !== null && sites.isManaged(here),
    counts: frames.counts(tabId, seen?.alive ?? null),
    uncovered: Object.fromEntries(
      Object.entries(seen?.framed ?? {}).filter(([framed]) => coveringOf(covered, framed) === null),
    ),
  };
}

export function siteOrigin(url: string | undefined): string | null {
  if (!url || !URL.canParse(url)) return null;
  const { protocol, origin } = new URL(url);
  return /^https?:$/.test(protocol) && !CLOSED.includes(origin) ? origin : null;
}
