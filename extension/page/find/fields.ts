/**
 * Numbers in form fields. A script can set a value without an event, so the fields in view are polled. A long value, as a
 * year's notes, is read bit by bit.
 */
import type { Marks } from "./mark.ts";
import type { ReadingRules } from "./reading-rules.ts";
import { readField } from "./scan.ts";
import { isOptedOut } from "./tree.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Characters of a value that are read at once, before the next frame. */
const AT_ONCE = 10_000;

export function openFields({
  marks,
  rules,
  readSoon,
  signal,
}: {
  marks: Marks;
  rules: ReadingRules;
  /** Has `reading` of a field run to its end, in slices. */
  readSoon: (field: Node) => void;
  signal: AbortSignal;
}) {
  /** Every field, with the value that was last read; null: to be read again. */
  const values = new Map<Field, string | null>();
  const inView = new Set<Field>();
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) inView.delete(target as Field);
      else if (values.has(target as Field)) inView.add(target as Field);
    }
  });
  signal.addEventListener("abort", () => seen.disconnect());

  function read(field: Field): void {
    const { value } = field;
    if (values.get(field) === value) return;
    values.set(field, value);
    if (value.length > AT_ONCE) return readSoon(field);
    const all = reading(field);
    while (!all.next().done);
  }

  /** Reads a field, a few of its numbers at each step. One that changed meanwhile is read again. */
  function* reading(field: Field): Generator<undefined> {
    const { value } = field;
    const found = yield* readField(field, rules);
    if (field.value === value) marks.replace(field, found);
  }

  function forget(field: Field): void {
    values.delete(field);
    inView.delete(field);
    seen.unobserve(field);
  }

  document.addEventListener(
    "input",
    (event) => {
      const field = event.composedPath()[0];
      if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)
        if (values.has(field)) read(field);
    },
    { signal, capture: true, passive: true },
  );

  return {
    reading,
    add(field: Field): void {
      if (!values.has(field)) seen.observe(field);
      // Even with the same value: its record may have changed, and with it the country.
      values.set(field, null);
      read(field);
    },
    size: () => values.size,
    poll(): void {
      for (const field of inView) read(field);
    },
    /** Forgets fields that left the page, so that they can be freed. */
    sweep(): void {
      for (const field of values.keys()) if (!field.isConnected) forget(field);
    },
    dropOptedOut(): void {
      for (const field of values.keys()) if (isOptedOut(field)) forget(field);
    },
    again(): void {
      for (const field of values.keys()) {
        values.set(field, null);
        read(field);
      }
    },
  };
}
