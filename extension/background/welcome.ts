/** The page of the first run, once, and only where somebody has something to do. */
import type { Shelf } from "./storage.ts";

const KEY = "welcomed";

/** Kept once it was decided. What drives the browser from outside waits for it (scripts/lib/browser.ts). */
export interface Welcomed {
  /** The tab that it was opened in; null where it was not. */
  tabId: number | null;
}

export interface WelcomeDeps {
  local: Shelf;
  /** True where an administrator's policy signs the browser in. */
  signedIn: () => Promise<boolean>;
  open?: () => Promise<{ id?: number | undefined }>;
}

const inTab = () => chrome.tabs.create({ url: chrome.runtime.getURL("tabs/welcome.html") });

export function openWelcome({ local, signedIn, open = inTab }: WelcomeDeps) {
  return async (reason: string): Promise<void> => {
    await local.ready;
    if (reason !== "install" || local.get(KEY)) return;
    const tab = (await signedIn()) ? null : await open();
    local.set(KEY, { tabId: tab?.id ?? null } satisfies Welcomed);
  };
}
