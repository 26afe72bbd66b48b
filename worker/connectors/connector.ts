/**
 * A CRM as small as it can be: a file a kind. It reads contacts page by page and writes marks to them; what it cannot do
 * it throws as a ConnectorError. Waiting and trying again is http.ts's, when to begin and where to go on connectors-run.ts's.
 */
import type { ConnectorFields, ConnectorObject } from "../../shared/connectors/kinds.ts";
import type { Wire } from "./http.ts";

export interface Contact {
  id: string;
  /** Which kind of record: the name of an object of the set-up. */
  object: string;
  /** What stands in the fields that hold numbers; fields without anything are left out. */
  numbers: Record<string, string>;
  country: string;
  /** What our fields hold now. */
  held: Held;
}

export interface Held {
  verdict: string;
  /** YYYY-MM-DD */
  date: string;
  reasons: string;
}

/** What is to be written to one record. Empty texts empty a field. */
export interface Mark extends Held {
  id: string;
  object: string;
}

export interface Page {
  contacts: Contact[];
  /** Where to go on, which holds for days; null at the end. */
  next: string | null;
}

/** A record that the CRM did not take. */
export interface Refusal {
  id: string;
  object: string;
  why: string;
}

export interface Connector {
  /** The page at a cursor; the first at null. Empty pages may have a next one. */
  page: (cursor: string | null) => Promise<Page>;
  /** Writes marks, in as few requests as the CRM allows. Writing the same again does no harm. */
  write: (marks: Mark[]) => Promise<Refusal[]>;
}

export interface Setup {
  settings: Record<string, string>;
  objects: ConnectorObject[];
  fields: ConnectorFields;
}

/** `secret` is what the administrator gave, and what was granted for it since: `keep` stores it, sealed. */
export interface Vault {
  secret: Record<string, string>;
  keep: (secret: Record<string, string>) => Promise<void>;
}

export interface Kind {
  /** Where its API is. */
  base: (settings: Record<string, string>) => string;
  sign: (setup: Setup, vault: Vault, clock: () => number) => Sign;
  open: (setup: Setup, wire: Wire) => Connector;
}

/** The headers that let a request in. `fresh`: those that were given before were refused. */
export type Sign = (
  request: { method: string; path: string },
  fresh: boolean,
) => Promise<Record<string, string>>;

/** The message names what was answered, never what a record holds: it stands on the trail and on the desk. */
export class ConnectorError extends Error {
  /** When the CRM said that it can be asked again, in milliseconds; null where it did not. */
  readonly notBefore: number | null;
  constructor(message: string, notBefore: number | null = null) {
    super(message);
    this.notBefore = notBefore;
  }
}

/** Any value of a CRM's as the text that people see in it. */
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";

/** A contact from the fields of a record. */
export function contactOf(
  id: string,
  object: ConnectorObject,
  { verdict, date, reasons }: ConnectorFields,
  value: (field: string) => unknown,
): Contact {
  const numbers = object.numbers.flatMap((field) => {
    const text = textOf(value(field));
    return text === "" ? [] : [[field, text] as const];
  });
  return {
    id,
    object: object.name,
    numbers: Object.fromEntries(numbers),
    country: object.country === undefined ? "" : textOf(value(object.country)),
    held: {
      verdict: textOf(value(verdict)),
      date: textOf(value(date)).slice(0, 10),
      reasons: textOf(value(reasons)),
    },
  };
}

/** All fields that are asked for. */
export const fieldsOf = (
  { numbers, country }: ConnectorObject,
  { verdict, date, reasons }: ConnectorFields,
): string[] => [
  ...new Set([...numbers, ...(country === undefined ? [] : [country]), verdict, date, reasons]),
];

/** A mark as fields; `empty` is what empties one. */
export const valuesOf = <E>(
  { verdict, date, reasons }: Mark,
  fields: ConnectorFields,
  empty: E,
): Record<string, string | E> => ({
  [fields.verdict]: verdict === "" ? empty : verdict,
  [fields.date]: date === "" ? empty : date,
  [fields.reasons]: reasons === "" ? empty : reasons,
});

/** Pages of several kinds of record, one kind after the other: the cursor says which, and where in it. */
export function overObjects(
  objects: readonly ConnectorObject[],
  pageOf: (object: ConnectorObject, cursor: string | null) => Promise<Page>,
): Connector["page"] {
  return async (cursor) => {
    const [, n = "0", inner = ""] = /^(\d+):(.*)$/s.exec(cursor ?? "") ?? [];
    const at = Number(n);
    const object = objects[at];
    if (!object) return { contacts: [], next: null };
    const { contacts, next } = await pageOf(object, inner === "" ? null : inner);
    if (next !== null) return { contacts, next: `${at}:${next}` };
    return { contacts, next: at + 1 < objects.length ? `${at + 1}:` : null };
  };
}

/** Marks in batches of one object each, at the most so many. */
export function batches(marks: readonly Mark[], most: number): Mark[][] {
  const found: Mark[][] = [];
  for (const of of Map.groupBy(marks, ({ object }) => object).values())
    for (let i = 0; i < of.length; i += most) found.push(of.slice(i, i + most));
  return found;
}
