/** What is wrong with a field beyond what its attributes say, for `Form`. */
import { type RefObject, useEffect, useRef } from "react";

/** The ref of the field; of a group of choices, of its first. `says` is empty where nothing is wrong. */
export function useFault<F extends HTMLInputElement | HTMLTextAreaElement>(
  says: string,
): RefObject<F | null> {
  const field = useRef<F>(null);
  useEffect(() => field.current?.setCustomValidity(says));
  return field;
}
