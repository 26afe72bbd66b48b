/** Which layers would have caught a call that none saw, as far as its log tells. Pure. */
import type { DialLayer } from "../dials/sightings.ts";

interface Missed {
  provider: string;
  /** As the log names them. */
  agent: string | null;
  extension: "on" | "off" | null;
}

/** Providers that ask nobody before they set a call up: they have no gate. */
const WITHOUT_GATE: ReadonlySet<string> = new Set(["aircall"]);
/** Providers whose softphone runs in a page, and how their log names one; any call of theirs without a pattern. */
const IN_PAGES: Readonly<Record<string, RegExp>> = { twilio: /^client:/i, aircall: /^/ };

/**
 * The surest first. The telephone system's gate catches every call that a system sets up which asks it; a call protocol what a
 * softphone in a page begins; page and browser what is clicked where ClearDial is in use.
 */
export function missedBy({ provider, agent, extension }: Missed): DialLayer[] {
  return [
    ...(WITHOUT_GATE.has(provider) ? [] : (["server"] as const)),
    ...(IN_PAGES[provider]?.test(agent ?? "") ? (["protocol"] as const) : []),
    ...(extension === "off" ? (["page", "browser"] as const) : []),
  ];
}
