/** Numbers in form fields. A value set by a script fires no event: fields in view are looked at now and then. */
import type { Marks } from "./mark.ts";
import { readField, type Reader } from "./scan.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;

export function openFields({ marks, reader, signal }: { marks: Marks; reader: Reader; signal: AbortSignal }) {
  const values = new Map<Field, string | null>();

  function read(field: Field): void {
    if (values.get(field) === field.value) return;
    values.set(field, field.value);
    marks.replace(field, readField(field, reader));
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
      if (!values.has(field)) values.set(field, null);
      read(field);
    },
    size: () => values.size,
    poll(): void {
      for (const field of values.keys()) {
        if (field.isConnected) read(field);
        else values.delete(field);
      }
    },
    again(): void {
      for (const field of values.keys()) values.set(field, null);
      this.poll();
    },
  };
}
