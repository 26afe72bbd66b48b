/** Where a form leads, as it is filled in now. */
import { mayDialByQuery } from "../../../shared/dials/address.ts";
import { outermostFrame } from "../channel.ts";
import { attribute as attributeOf } from "../find/dom.ts";
import { absolute } from "../find/leads.ts";
import type { Stage } from "./gate.ts";

type Fields = [name: string, value: FormDataEntryValue][];

export interface Sent {
  address: string;
  /** What is in its query, where that may make it a dial. */
  fields: Fields | null;
}

/** The form whose fields we look at. */
let looking: HTMLFormElement | null = null;

/** The page's own listeners of `formdata` have their say here; what the browser sends by comes later: see `settle`. */
export function sentBy(form: HTMLFormElement, submitter: Element | null): Sent {
  const method = (attribute(submitter, "formmethod") ?? attribute(form, "method") ?? "").toLowerCase();
  const leads = method !== "post" && looking !== form && mayDialByQuery(actionOf(form, submitter));
  const fields = leads ? fieldsOf(form, submitter) : null;
  // After these listeners, which may have changed it.
  const address = actionOf(form, submitter);
  // A dialog closes, and nothing is sent.
  if (method === "dialog") return { address: "", fields: null };
  return { address: fields && address ? withFields(address, fields) : address, fields };
}

function fieldsOf(form: HTMLFormElement, submitter: Element | null): Fields | null {
  const outer = looking;
  looking = form;
  try {
    return [...new FormData(form, submitter as HTMLElement | null)];
  } catch {
    // What was clicked does not send it.
    return null;
  } finally {
    looking = outer;
  }
}

/** Sends what was judged, and nothing else: a listener could change it after the last time that we could stop it. */
export function settle(event: FormDataEvent, fields: Fields): void {
  if (looking === event.target) return;
  event.stopImmediatePropagation();
  const { formData } = event;
  for (const name of [...formData.keys()]) formData.delete(name);
  // A file keeps its name.
  for (const [name, value] of fields) formData.append(name, value as string);
}

/** A form that is sent by GET has its fields for a query (HTML, 4.10.22.3), by whatever scheme. */
export function withFields(action: string, fields: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of fields)
    query.append(lines(name), lines(typeof value === "string" ? value : value.name));
  const url = new URL(action);
  url.search = query.toString();
  return url.href;
}
const lines = (text: string): string => text.replace(/\r\n?|\n/g, "\r\n");

const actionOf = (form: HTMLFormElement, submitter: Element | null): string =>
  absolute(attribute(submitter, "formaction") ?? attribute(form, "action") ?? "") ?? "";

const targetOf = (element: Element, submitter: Element | null): string =>
  // An empty one is none.
  (attribute(submitter, "formtarget") ?? attribute(element, "target")) ||
  attribute(Document.prototype.querySelector.call(document, "base[target]"), "target") ||
  "";

/** True where a form is sent by this very window, and its navigate event tells of it. */
export const opensHere = (form: Element, submitter: Element | null): boolean =>
  /^(_self)?$/i.test(targetOf(form, submitter)) && self.origin !== "null";

/** True for another window's name, which no frame of this tab has. The browser takes one with a line or a tab and a `<` for `_blank`. */
const isAway = (target: string): boolean => {
  // By number: a page's name may be that of anything that a window has.
  const has = (at: Window): boolean => {
    try {
      return at.name === target || Array.from(at, (_, i) => at[i]!).some(has);
    } catch {
      return false;
    }
  };
  return !/^(_(self|parent|top))?$/i.test(target) && !has(outermostFrame());
};

/**
 * Whether what a form or a link opens, as it is now or when that is asked, is no such dial: another window's, whose
 * navigate event may tell of it if it is there.
 */
export function besideOf(element: Element, submitter: Element | null): (stage: Stage) => boolean {
  const goes = () => isAway(targetOf(element, submitter));
  const others = () => !opensHere(element, submitter);
  const went = goes();
  const was = others();
  return (stage) => (stage === "goes" ? went || goes() : was || others());
}

export const attribute = (element: Element | null, name: string): string | null =>
  element && attributeOf(element, name);
