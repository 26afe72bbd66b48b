/**
 * What the extension and the Worker agree on for the browser's gate: the Worker's page is the browser's handler of
 * telephone links, so that each of them becomes a navigation to `/dial#u=…`, of which the extension hears. The number is in
 * the fragment, which no browser sends.
 */
export const DIAL_PATH = "/dial";
/** Where a person turns it on, and undoes it. */
export const SETUP_PATH = "/dial/on";
/** With it the Worker answers 204, so that the page stays; without, a page that says what to do. */
export const GATE_HEADER = "x-cleardial-gate";
/** Schemes that Chrome lets a web page handle, and that dial. */
export const handled = ["tel", "sip", "sms"] as const;

/** What the browser opens for a scheme; it puts the address in for `%s`. */
export const handlerOf = (origin: string): string => `${origin}${DIAL_PATH}#u=%s`;

/** The telephone address of such a navigation, and the Worker's origin; null for any other. */
export function heardIn(url: string): { origin: string; address: string } | null {
  if (!URL.canParse(url)) return null;
  const { origin, pathname, hash } = new URL(url);
  if (pathname !== DIAL_PATH || !hash.startsWith("#u=")) return null;
  try {
    return { origin, address: decodeURIComponent(hash.slice("#u=".length)) };
  } catch {
    // Half a character: no telephone takes it.
    return { origin, address: "tel:" };
  }
}
