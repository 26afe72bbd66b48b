/** What the guard tells the judge of a dial that the page began, and what it is told to do with it. */
import type { Medium } from "../../../shared/dials/schemes.ts";

export interface PendingDial {
  /** The number as the link, the button or the script had it: decoded, without its scheme. May not be a number at all. */
  written: string;
  /** The region that the place itself names; by default the desk's. */
  region?: string;
  medium: Medium;
  /** The address that it is dialled by, without its number; a CRM's own call button has none. */
  via?: string;
  /** The address, where only the judge can tell what it dials, or that it is no dial. `written` is empty then. */
  unlisted?: string;
  /** A softphone began it (protocols/), which cannot wait: the agent is told that its call was ended, or goes on. */
  softphone?: "ended" | "on";
  /** What was clicked, if anything was: the focus goes back there. */
  element: Element | null;
  /**
   * Lets the dial go on, once: by the app's own handler where it has one. With `instead`, that number is dialled (the
   * same without a dial code).
   */
  resume: (instead?: string) => void;
  /** Has the record of a dial that passes at once made, unless it turns out to be the call of an earlier record. */
  apart?: (tell: () => void) => void;
}

/**
 * Decides at once. `hold`: nothing of the dial happens; the judge calls `resume` later, or never. `none`: it is no dial.
 */
export type Judge = (dial: PendingDial) => "pass" | "hold" | "none";
