/** What the guard tells the judge of a dial that the page began, and what it is told to do with it. */

export interface PendingDial {
  /** The number as the link, the button or the script had it: decoded, without its scheme. May not be a number at all. */
  written: string;
  /** The region that the place itself names; by default the desk's. */
  region?: string;
  /** A text message or a chat, not a call. */
  message: boolean;
  /** What was clicked, if anything was: the focus goes back there. */
  element: Element | null;
  /**
   * Lets the dial go on, once: by the app's own handler where it has one. With `instead`, that number is dialled (the
   * same without a dial code).
   */
  resume: (instead?: string) => void;
}

/** Decides at once. `hold`: nothing of the dial happens; the judge calls `resume` later, or never. */
export type Judge = (dial: PendingDial) => "pass" | "hold";
