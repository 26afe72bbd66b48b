/** Writers of a number into a dialling address, for the table of schemes: what readers.ts reads, in reverse. */

/** What follows `scheme:`, or a site's host; `rest` is the clicked address's. */
export type Writer = (number: string, rest: string) => string;

/** As it is in a path: with its plus, which is a space in a query. */
export const encoded = (number: string): string =>
  encodeURIComponent(number).replace("%2B", "+").replace("%3Bext%3D", ";ext=");

/** Without its plus, behind what such addresses begin with. */
export const digitsAfter =
  (start: string): Writer =>
  (number) =>
    start + encodeURIComponent(number.replace("+", ""));

/** Before what such addresses end with. */
export const numberBefore =
  (end: string): Writer =>
  (number) =>
    encoded(number) + end;

export const alone = numberBefore("");

/** At the same host: sip:+44…@pbx.example */
export const atHost: Writer = (number, rest) => encoded(number) + (/@[^?]*/.exec(rest)?.[0] ?? "");
