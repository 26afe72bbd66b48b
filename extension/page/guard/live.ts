/** A click or a submit that is under way, and what becomes of its pass while its handlers dial. */
import type { DialTarget } from "../../../shared/dials/address.ts";
import { isSame } from "./find-dial.ts";
import { formOf } from "../find/leads.ts";
import type { Pass, Stage } from "./gate.ts";

export interface Live {
  /** Of a click, in the end, Chromium's own event that follows it: see `activated`. */
  event: Event;
  /** Until the browser has acted on it. */
  isLive: () => boolean;
  stage: Stage;
  /**
   * A held one that goes on, or what goes on by the pass of one, until the last look: what its handlers dial takes its pass,
   * and it is judged if it opens. Undefined where that is not known yet.
   */
  lends: boolean | undefined;
  lend: () => void;
  /** What it was judged by last. */
  target: DialTarget | null;
  /** False for a call button: its app dials when it is ready. */
  dials: boolean;
  /** Of a click: the elements that it passes, as far as it has shown them. */
  path: readonly Element[];
  /** Whether a stage is none of what it opens, as it was at the last look. */
  beside: (stage: Stage) => boolean;
  /** The stage by which what it was judged by may have gone another way. */
  lent?: Stage | false;
  /** Where it was heard first. */
  at: EventTarget | null;
  /** Who hears whether the page has cancelled it, as soon as that is known. */
  over: ((off: boolean) => void)[];
  look: () => void;
  observer: MutationObserver | null;
}

export const isSubmitEvent = (event: Event): event is SubmitEvent => "submitter" in event;
export const isOpen = (event: Event): boolean => event.eventPhase !== Event.NONE && !event.defaultPrevented;

/** A page may cancel an event that it has ended: nothing tells of that, or of what it opens in another window then. */
const isLending = ({ event, lends, beside }: Live) =>
  lends && event.eventPhase > 0 && !(event.cancelBubble && beside("click"));

/** True where it was judged as what it opens, which has not gone another way, while it is another window's. */
export const isKnown = (target: DialTarget, state: Live): boolean =>
  isSame(target, state.target) && !(state.lent && state.beside("click") && !isLending(state));

/** Once it was dialled in place of an event that has ended, where it leads by then would be seen by nobody. */
export function yields({ event, lent, observer, path }: Live): void {
  const isSeen = !event.cancelBubble || (observer && !isSubmitEvent(event));
  if (lent && !/click|submit/.test(lent) && !isSeen && !path.some(formOf)) event.preventDefault();
}

export function tellAll(state: Live, off: boolean): void {
  for (const tell of state.over.splice(0)) tell(off);
}
/**
 * Tells of what the page has cancelled, or ended, so that its last listener may never hear it. Only while it is on its way: a
 * page may cancel it after the browser has acted on it, or take its frame away before anything is told. `isLate`: what ended a
 * person's event has run, and may have cancelled it after that.
 */
export function ends(state: Live, isLate = !state.event.isTrusted): void {
  const { event, over } = state;
  if (over.length === 0 || event.eventPhase === Event.NONE) return;
  const { defaultPrevented: off, cancelBubble, bubbles } = event;
  if (off || (isLate && (cancelBubble || !bubbles))) tellAll(state, off);
  else if (!isLate) queueMicrotask(() => ends(state, true));
}

/** See `Pass`. An address that a handler sets may be in its place: the handler may cancel it after that. */
export function owns(state: Live): Required<Pick<Pass, "isOwn" | "takes" | "event">> {
  state.lent = false;
  // Also once it has passed, until what it opens in another window is open.
  const isLive = () => state.dials && state.isLive() && !state.event.defaultPrevented;
  return {
    isOwn(stage) {
      const isOnWay = !state.event.target || state.event.eventPhase > 0;
      return isLive() && !isLending(state) && ((isOnWay && stage !== "goes") || state.beside(stage));
    },
    takes(stage) {
      state.lent = isLive() && stage;
      yields(state);
    },
    event: {
      isOnWay: () => state.dials && state.isLive() && state.event.eventPhase > 0,
      over(tell) {
        state.over.push(tell);
        ends(state);
      },
    },
  };
}
