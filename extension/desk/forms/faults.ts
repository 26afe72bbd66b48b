/** What is wrong in a form, read from its fields. */
import { words } from "../parts/texts.ts";

/** A button is the field of a file. */
type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLButtonElement;
export interface Fault {
  field: Field;
  /** Empty where the field shows its fault itself. */
  says: string;
  /** The name under which the Worker refused it. */
  path?: string;
}

const isField = (element: Element): element is Field =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLSelectElement ||
  element instanceof HTMLTextAreaElement ||
  element instanceof HTMLButtonElement;
const fieldsOf = (form: HTMLFormElement): Field[] => [...form.elements].filter(isField);

const keys = new WeakMap<Field, number>();
let last = 0;
export function keyOf(field: Field): number {
  if (!keys.has(field)) keys.set(field, ++last);
  return keys.get(field)!;
}

/** Around a field with its label; of one choice among several, around all of them. */
export const placeOf = (field: Field): Element =>
  field.closest(".mantine-RadioGroup-root, .mantine-CheckboxGroup-root") ??
  field.closest(".mantine-InputWrapper-root") ??
  field.parentElement!;

/** Says to screen readers that it is wrong, and by which text; the result takes that back. */
export function mark(field: Field, text: string): () => void {
  const before = field.getAttribute("aria-describedby");
  field.setAttribute("aria-describedby", [before, text].filter(Boolean).join(" "));
  field.setAttribute("aria-invalid", "true");
  field.dataset["named"] = "";
  return () => {
    if (before === null) field.removeAttribute("aria-describedby");
    else field.setAttribute("aria-describedby", before);
    field.removeAttribute("aria-invalid");
    delete field.dataset["named"];
  };
}

/** In their order in the form, with one fault for each group of choices. */
export function faultsOf(form: HTMLFormElement): Fault[] {
  const faults = fieldsOf(form).flatMap((field) => {
    const says = faultOf(field);
    return says === null ? [] : [{ field, says }];
  });
  return faults.filter(({ field }, i) => faults.findIndex((other) => sameGroup(other.field, field)) === i);
}
const sameGroup = (a: Field, b: Field) =>
  a === b || (a.type === "radio" && b.type === "radio" && a.name === b.name);

const choices = ["radio", "checkbox", "select-one"];

/**
 * Says what is wrong with a field, or nothing by "". Not by `setCustomValidity`: the browser takes no read-only field for
 * wrong, and the field of a list of countries is one, as nobody types in it.
 */
export function sayFault(field: Field, says: string): void {
  const before = field.dataset["fault"] ?? "";
  if (says === before) return;
  field.dataset["fault"] = says;
  // What is chosen from a list is no input of the browser's, and the form is to hear of it.
  if (says === "") field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Null where nothing is wrong. */
export function faultOf(field: Field): string | null {
  const shown = field.getAttribute("aria-invalid") === "true" && field.dataset["named"] === undefined;
  if (shown) return "";
  const own = field.dataset["fault"] ?? "";
  if (own !== "" && !field.matches(":disabled")) return own;
  // Neither what is disabled nor what is read-only is anybody's to fill in.
  if (field instanceof HTMLButtonElement || !field.willValidate) return null;
  const { validity, type } = field;
  const text = words.form;
  if (validity.customError) {
    // A date, which shows it itself once it hears of it.
    field.checkValidity();
    return "";
  }
  if (validity.valueMissing || (field.required && type !== "file" && field.value.trim() === ""))
    return field.dataset["missing"] ?? (choices.includes(type) ? text.choose : text.missing);
  if (validity.typeMismatch) return type === "email" ? text.email : text.address;
  return validity.valid ? null : field.validationMessage;
}

/** Those of the named faults that remain. The Worker's word on a field is over once that is changed. */
export const stillWrong = (named: readonly Fault[], form: HTMLFormElement, changed: EventTarget): Fault[] => {
  const now = faultsOf(form);
  return named.flatMap((fault) => {
    if (fault.path !== undefined) return fault.field === changed ? [] : [fault];
    return now.filter(({ field }) => sameGroup(field, fault.field));
  });
};

/** What the Worker refused, as far as the form has fields of these names. */
export const refusedIn = (
  form: HTMLFormElement,
  errors: readonly { path: string; message: string }[],
): (Fault & { path: string })[] =>
  errors.flatMap(({ path, message }) => {
    const field = path === "" ? undefined : fieldsOf(form).find(({ name }) => name === path);
    return field ? [{ field, says: message, path }] : [];
  });
