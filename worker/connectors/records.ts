/** What the kinds of CRM share: records to contacts, marks to fields, pages over several objects, and batches. */
import { beginning, escaped } from "../../shared/core/text.ts";
import { type ConnectorFields, type ConnectorObject, namedIn } from "../../shared/connectors/kinds.ts";
import {
  type Answer,
  type Connector,
  type Contact,
  type FieldFound,
  type Maker,
  type Mark,
  type Page,
  type Refusal,
  SetupError,
} from "./connector.ts";

/** A field's value as the text that people see in it; "" for anything but a string or a number. */
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";

/** What a field refers to: its text, or the id of another record. */
const referred = (value: unknown): string =>
  textOf(typeof value === "object" && value !== null && "id" in value ? value.id : value);

/** The texts in a field that holds numbers: several in a list. Null where something in it is no text. */
function textsOf(value: unknown): string[] | null {
  if (value === null || value === undefined || value === false) return [];
  if (!Array.isArray(value)) {
    const text = textOf(value);
    return text !== "" ? [text] : typeof value === "string" ? [] : null;
  }
  const all = value.map(textsOf);
  return all.some((texts) => texts === null) ? null : all.flatMap((texts) => texts ?? []);
}

/**
 * Whether a flag is set. Vendors write it as a boolean, a number or a word; whatever is no clear no counts as set, as a field with
 * one option does.
 */
export function isSet(value: unknown): boolean {
  if (typeof value === "string" || typeof value === "number")
    return !/^(?:|0|no|false)$/i.test(textOf(value));
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** Characters of a text that says where a number came from, who flagged it, or to what somebody consented. */
const LONGEST_ORIGIN = 300;

/** A contact from the fields of a record. */
export function contactOf(
  id: string,
  object: ConnectorObject,
  { verdict, date, reasons }: ConnectorFields,
  value: (field: string) => unknown,
): Contact {
  const all = object.numbers.map((field) => [field, textsOf(value(field))] as const);
  const numbers = all.flatMap(([field, texts]) => (texts?.length ? [[field, texts] as const] : []));
  const origin = (field: string | undefined) =>
    field === undefined ? "" : beginning(textOf(value(field)), LONGEST_ORIGIN);
  return {
    id,
    object: object.name,
    numbers: Object.fromEntries(numbers),
    whole: all.every(([, texts]) => texts !== null),
    country: object.country === undefined ? "" : textOf(value(object.country)),
    party: object.party === undefined ? "" : textOf(value(object.party)),
    account: object.account === undefined ? "" : escaped(referred(value(object.account))),
    flag:
      object.flag === undefined
        ? null
        : { set: isSet(value(object.flag)), by: origin(object.flagBy), at: origin(object.flagAt) },
    person: null,
    optedOut: [],
    consent:
      object.consentAt === undefined
        ? null
        : {
            at: origin(object.consentAt),
            purpose: origin(object.consentFor),
            proof: origin(object.consentProof),
          },
    consentOut: origin(object.consentOut),
    origin: { source: origin(object.source), since: origin(object.since), notice: origin(object.notice) },
    held: {
      verdict: textOf(value(verdict)),
      date: textOf(value(date)).slice(0, 10),
      reasons: textOf(value(reasons)),
    },
    was: { verdict: value(verdict), date: value(date), reasons: value(reasons) },
    consentWas: object.consentOut === undefined ? null : value(object.consentOut),
    toldWas: {
      by: object.flagBy === undefined ? null : value(object.flagBy),
      at: object.flagAt === undefined ? null : value(object.flagAt),
    },
  };
}

/** The names of all fields to ask for, each once, after those of `ids`. */
export const fieldsOf = (
  object: ConnectorObject,
  { verdict, date, reasons }: ConnectorFields,
  ...ids: string[]
): string[] => [...new Set([...ids, ...object.numbers, ...namedIn(object), verdict, date, reasons])];

/**
 * Throws a SetupError unless a kind of record has each of these fields: of one that it has not, some CRMs say nothing, and its numbers
 * would be none. Answers them.
 */
export async function wantFields(
  kind: string,
  { look }: Maker,
  object: string,
  names: readonly string[],
): Promise<Map<string, FieldFound>> {
  const found = await look(object, names);
  const lacking = names.filter((name) => !found.has(name));
  if (lacking.length > 0) throw new SetupError(`${kind}: ${object} has no field ${lacking.join(", ")}`);
  return found;
}

/** A mark as field values; `empty` is the value by which this CRM empties a field, `yes` and `no` those of a flag. */
export const valuesOf = <E>(
  { verdict, date, reasons, flag, consent, tries = {}, alone }: Mark,
  fields: ConnectorFields,
  empty: E,
  yes: boolean | string = true,
  no: boolean | string | E = false,
): Record<string, string | boolean | E> => ({
  ...(flag && { [flag.field]: flag.set ? yes : no }),
  ...Object.fromEntries(
    Object.entries({ ...flag?.told, ...tries }).map(([name, text]) => [name, text || empty]),
  ),
  ...(consent && { [consent.field]: consent.text || empty }),
  ...(!alone && {
    [fields.verdict]: verdict === "" ? empty : verdict,
    [fields.date]: date === "" ? empty : date,
    [fields.reasons]: reasons === "" ? empty : reasons,
  }),
});

/** Which records of an object: all, those that changed since a moment (milliseconds), or those that have these ids. */
interface Which {
  since?: number | undefined;
  ids?: readonly string[] | undefined;
}
export type PageOf = (object: ConnectorObject, cursor: string | null, which: Which) => Promise<Page>;

/** Reads the pages of one object after the other, with `since` of what changed since (milliseconds) alone. Its cursor is `<number of the object>:<cursor within it>`. */
export function overObjects(
  objects: readonly ConnectorObject[],
  pageOf: PageOf,
): (cursor: string | null, since?: number) => Promise<Page> {
  return async (cursor, since) => {
    const [, n = "0", inner = ""] = /^(\d+):(.*)$/s.exec(cursor ?? "") ?? [];
    const at = Number(n);
    const object = objects[at];
    if (!object) return { contacts: [], next: null };
    const { contacts, next } = await pageOf(object, inner === "" ? null : inner, { since });
    if (next !== null) return { contacts, next: `${at}:${next}` };
    return { contacts, next: at + 1 < objects.length ? `${at + 1}:` : null };
  };
}

/** The same for a CRM that can be asked for what changed, and for records by their ids. */
export function asAsked(
  objects: readonly ConnectorObject[],
  pageOf: PageOf,
): Required<Pick<Connector, "page" | "changed" | "records">> {
  const page = overObjects(objects, pageOf);
  return { page, changed: page, records: byId(objects, pageOf) };
}

/** Reads records by their ids, by a page that answers as many. */
export const byId =
  (objects: readonly ConnectorObject[], pageOf: PageOf): NonNullable<Connector["records"]> =>
  async (name, ids) => {
    const object = objects.find((one) => one.name === name);
    return object && ids.length > 0 ? (await pageOf(object, null, { ids })).contacts : [];
  };

/** A moment in whole seconds, as most CRMs keep their times of change: `2026-11-29T07:00:00Z`. */
export const secondsOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Batches of at most `most` marks, each of one object. */
export function batches(marks: readonly Mark[], most: number): Mark[][] {
  const found: Mark[][] = [];
  for (const of of Map.groupBy(marks, ({ object }) => object).values())
    for (let i = 0; i < of.length; i += most) found.push(of.slice(i, i + most));
  return found;
}

/** Statuses by which a CRM refuses one record. 404 and 410: the record was deleted since it was read. */
export const REFUSED: readonly number[] = [400, 403, 404, 409, 410, 412, 422];

/**
 * Writes marks one request each, for CRMs without a bulk write. `send` must take the statuses of REFUSED. `wantTaken` throws a ZodError
 * where an answer is not the one by which the vendor says that it took a mark: whatever else has a good status is no such word.
 */
export async function oneByOne(
  marks: readonly Mark[],
  send: (mark: Mark) => Promise<Answer>,
  wantTaken: (answer: Answer, mark: Mark) => void,
): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  for (const mark of marks) {
    const answer = await send(mark);
    const { status, why } = answer;
    if (REFUSED.includes(status))
      refused.push({ id: mark.id, object: mark.object, why: `${status} ${why}`.trim() });
    else wantTaken(answer, mark);
  }
  return refused;
}
