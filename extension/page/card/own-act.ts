/**
 * Whether a person sends a form that may let a call be made. The event of sending is the browser's own even where a script
 * sends the form, so what counts is the click or the Enter before it: once, and within a second.
 */
import { type KeyboardEvent, type SyntheticEvent, useRef } from "react";

const JUST_NOW_MS = 1000;

export function useOwnAct() {
  const at = useRef(-Infinity);
  const note = ({ nativeEvent, timeStamp }: SyntheticEvent) => {
    at.current = nativeEvent.isTrusted ? timeStamp : -Infinity;
  };
  return {
    /** For the form. */
    heard: {
      onClickCapture: note,
      onKeyDownCapture: (event: KeyboardEvent) => event.key === "Enter" && note(event),
    },
    isOwn: ({ timeStamp }: SyntheticEvent): boolean => {
      const since = timeStamp - at.current;
      at.current = -Infinity;
      return since < JUST_NOW_MS;
    },
  };
}
