/** What is wrong with a field beyond what its attributes say, for `Form`. */
import { type RefObject, useEffect, useRef } from "react";
import { sayFault } from "./faults.ts";

/** The ref of the field; of a group of choices, of its first. `says` is empty where nothing is wrong. */
export function useFault<F extends HTMLInputElement | HTMLTextAreaElement>(
  says: string,
): RefObject<F | null> {
  const field = useRef<F>(null);
  useEffect(() => {
    if (field.current) sayFault(field.current, says);
  });
  return field;
}
