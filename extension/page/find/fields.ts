/** Numbers in form fields. A value set by a script fires no event: fields in view are looked at now and then. */
import type { Marks } from "./mark.ts";
import type { ReadingRules } from "./reading-rules.ts";
import { readField } from "./scan.ts";
import { isOptedOut } from "./tree.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;

export function openFields({
  marks,
  rules,
  signal,
}: {
  marks: Marks;
  rules: ReadingRules;
  signal: AbortSignal;
}) {
  /** Every field, with the value that was read last. */
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
    if (values.get(field) === field.value) return;
    values.set(field, field.value);
    marks.replace(field, readField(field, rules));
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
    add(field: Field): void {
      if (!values.has(field)) seen.observe(field);
      // Also where its value is what it was: what stands around it may be other, and with it the country.
      values.set(field, null);
      read(field);
    },
    size: () => values.size,
    poll(): void {
      for (const field of inView) read(field);
    },
    /** Those that left the page are the page's to throw away. */
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
