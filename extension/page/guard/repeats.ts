/** Runs an app's handlers for what was held and goes on. */
import { CLICKS, UNWATCHES, WATCHES } from "../main-world-events.ts";

export function openRepeats(channel: EventTarget) {
  /** What we click once more. */
  let repeated: Element | null = null;
  let isNext = false;

  /** With word of what they write. */
  function watched(run: () => void): void {
    channel.dispatchEvent(new Event(WATCHES));
    isNext = true;
    try {
      run();
    } finally {
      isNext = false;
      channel.dispatchEvent(new Event(UNWATCHES));
    }
  }

  /** Repeats a click, through the app's handlers. */
  function click(element: Element, before: MouseEvent): void {
    const { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey } = before;
    const how = { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey, cancelable: true };
    const outer = repeated;
    repeated = element;
    try {
      if (!channel.dispatchEvent(new MouseEvent(CLICKS, { ...how, relatedTarget: element }))) return;
      element.dispatchEvent(new MouseEvent("click", before));
    } finally {
      repeated = outer;
    }
  }

  return {
    watched,
    click,
    on: () => repeated,
    /** The next event is one that was held and goes on. */
    isNext: () => isNext,
    begun: () => void (isNext = false),
  };
}
