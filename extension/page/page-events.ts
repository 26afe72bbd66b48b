/** What tells that things moved, or lie above each other in another way, where no change of the DOM says so. */
export interface PageEvents {
  /** Something may stand elsewhere now. */
  moved: () => void;
  /** Something may cover us, or no longer cover a number. */
  layersChanged: () => void;
  /** The page is looked at again. */
  awake: () => void;
  /** The page was put away whole, and is shown again by going back or forward. */
  returned: () => void;
}

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
