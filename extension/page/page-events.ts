/** Events that show what no change of the DOM shows: that things moved, or are above each other in another order. */
export interface PageEvents {
  /** Something may have moved. */
  moved: () => void;
  /** Something may be above us, or no longer above a number. */
  layersChanged: () => void;
  /** The tab is in view again. */
  awake: () => void;
  /** The page came back from the back/forward cache. */
  returned: () => void;
}

/** `own`: our element, whose own popover events are ignored. */
export function watchPageEvents(
  { moved, layersChanged, awake, returned }: PageEvents,
  own: Element,
  signal: AbortSignal,
): void {
  const quiet = { signal, capture: true, passive: true };
  for (const type of ["focusin", "focusout", "transitionend", "animationend", "load"])
    addEventListener(type, moved, quiet);
  addEventListener("fullscreenchange", layersChanged, quiet);
  // Popovers, dialogs and details.
  addEventListener("toggle", (event) => event.target !== own && layersChanged(), quiet);
  document.addEventListener("visibilitychange", () => document.hidden || awake(), { signal });
  addEventListener("pageshow", (event) => event.isTrusted && event.persisted && returned(), { signal });
}
