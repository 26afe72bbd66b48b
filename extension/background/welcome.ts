/** The page of the first run, once, and only where somebody has something to do. */
import type { Shelf } from "./shelf.ts";

const KEY = "welcomed";

export interface WelcomeDeps {
  local: Shelf;
  /** True where an administrator's policy signs the browser in. */
  signedIn: () => Promise<boolean>;
  open?: () => Promise<unknown>;
}

const inTab = () => chrome.tabs.create({ url: chrome.runtime.getURL("tabs/welcome.html") });

export function openWelcome({ local, signedIn, open = inTab }: WelcomeDeps) {
  return async (reason: string): Promise<void> => {
    await local.ready;
    if (reason !== "install" || local.get(KEY)) return;
    const quiet = await signedIn();
    if (!quiet) await open();
    // What drives the browser from outside waits for it (scripts/lib/browser.ts).
    local.set(KEY, quiet ? "quiet" : "shown");
  };
}
