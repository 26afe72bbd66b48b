/** What the guard tells of a dial that the page began, and what it is told to do. */

export interface PendingDial {
  /** The number as the link, the button or the script had it: decoded, without its scheme. May be no number at all. */
  written: string;
  /** Region that the place itself names; the desk's region otherwise. */
  region?: string;
  /** A text message or a chat, not a call. */
  message: boolean;
  /** What was clicked, where there is such a thing: the focus goes back there. */
  element: Element | null;
  /**
   * Lets the dial go on, once: with the app's own handler where it has one. With another number, that one is dialled
   * instead (a dial code was left out).
   */
  again: (instead?: string) => void;
}

/**
 * Decides at once whether a dial may go on. `hold`: nothing of it happens, and the judge has taken charge; it calls
 * `again` later, or never.
 */
export type Judge = (dial: PendingDial) => "pass" | "hold";
