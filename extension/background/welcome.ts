/** Opens the welcome page once after installation, unless an enterprise policy has already signed the browser in. */
import type { CachedStorage } from "./storage.ts";

const KEY = "welcomed";

/** Stored once this is decided. Scripts that drive the browser wait for it (scripts/lib/browser.ts). */
export interface Welcomed {
  /** The tab in which the page was opened; null if it was not opened. */
  tabId: number | null;
}

export interface WelcomeDeps {
  local: CachedStorage;
  /** True if an enterprise policy signs the browser in. */
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
