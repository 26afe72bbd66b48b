/**
 * Any other CRM that answers JSON. JSON pointers (RFC 6901, https://www.rfc-editor.org/rfc/rfc6901) say where things are
 * in its answers, and `paging` how to get the next page: `none`; `page`, a number from 1; `offset`, a count of rows;
 * `cursor`, a value of the answer to send with the next request; `link`, the next page's address. The last two are read
 * at the pointer `next`. In the pointer of a field that is read, the part `*` stands for each entry of a list.
 */
import * as z from "zod";
import { namedIn } from "../../../shared/connectors/kinds.ts";
import { ConnectorError, type Kind } from "../connector.ts";
import { contactOf, oneByOne, overObjects, REFUSED, textOf } from "../records.ts";

const partsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

/** The value at a JSON pointer; or undefined. */
export const valueAt = (document: unknown, pointer: string): unknown =>
  partsOf(pointer).reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string, unknown>)[part]
        : undefined,
    document,
  );

/** The value at a field's pointer; a list of values where it has the part `*`. */
export function fieldAt(document: unknown, pointer: string): unknown {
  const at = `${pointer}/`.indexOf("/*/");
  if (at === -1) return valueAt(document, pointer);
  const list = valueAt(document, pointer.slice(0, at));
  const rest = pointer.slice(at + 2);
  return Array.isArray(list) ? list.map((one: unknown) => fieldAt(one, rest)) : list;
}

/** Whether a pointer leads to nothing: an empty list does not tell. */
const isLacking = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(isLacking) : value === undefined;

/** Sets the value at a JSON pointer, and creates the objects on the way. */
export function put(document: Record<string, unknown>, pointer: string, value: unknown): void {
  const parts = partsOf(pointer);
  const last = parts.pop()!;
  let at = document;
  for (const part of parts) at = (Object.hasOwn(at, part) ? at[part] : (at[part] = {})) as typeof at;
  at[last] = value;
}

const rows = z.array(z.unknown());

/** Reads a cursor. With numbered pages it is `<number> <first id of the page before>`, to detect a page that comes twice. */
function placeOf(paging: string | undefined, cursor: string | null): { at: string | null; before?: string } {
  if (paging !== "page" && paging !== "offset") return { at: cursor };
  const [, at, before] = /^(\d+) (.*)$/s.exec(cursor ?? "") ?? [];
  return before === undefined ? { at: paging === "page" ? "1" : "0" } : { at: at!, before };
}

const withQuery = (path: string, name: string, value: string | null): string =>
  value === null ? path : `${path}${path.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;

export const rest: Kind = {
  base: ({ host = "" }) => host,
  sign:
    (_, { secret: { header = "", value = "" } }) =>
    () =>
      Promise.resolve({ [header]: value }),
  open: ({ settings, objects, fields }, wire) => {
    const {
      list = "",
      items = "",
      id = "",
      paging,
      parameter = "page",
      next,
      method,
      record = "",
    } = settings;
    return {
      page: overObjects(objects, async (object, cursor) => {
        const { at, before } = placeOf(paging, cursor);
        const { data } = await wire(paging === "link" && at !== null ? at : withQuery(list, parameter, at));
        const found = rows.safeParse(items === "" ? data : valueAt(data, items));
        if (!found.success) throw new ConnectorError("rest: no list where the mapping says");
        const contacts = found.data.map((row) => {
          const own = textOf(valueAt(row, id));
          if (own === "") throw new ConnectorError("rest: no id where the mapping says");
          const lacks = [...new Set([...object.numbers, ...namedIn(object)])].filter((field) =>
            isLacking(fieldAt(row, field)),
          );
          return { ...contactOf(own, object, fields, (field) => fieldAt(row, field)), lacks };
        });
        const [first] = contacts;
        // A server that ignores the parameter would answer its first page for ever.
        if (first && first.id === before) throw new ConnectorError("rest: the same page again");
        const said = next === undefined ? "" : textOf(valueAt(data, next));
        if (paging === "link" || paging === "cursor") return { contacts, next: said === "" ? null : said };
        if (paging === "none" || !first) return { contacts, next: null };
        const then = paging === "page" ? Number(at) + 1 : Number(at) + contacts.length;
        return { contacts, next: `${then} ${first.id}` };
      }),
      write: (marks) =>
        oneByOne(
          marks,
          (mark) => {
            const body: Record<string, unknown> = {};
            const none = mark.was ?? { verdict: "", date: null, reasons: "" };
            if (mark.flag) put(body, mark.flag.field, mark.flag.set);
            for (const [name, text] of Object.entries(mark.flag?.told ?? {})) put(body, name, text || null);
            if (mark.consent) put(body, mark.consent.field, mark.consent.text || null);
            for (const key of mark.alone ? [] : (["verdict", "date", "reasons"] as const))
              put(body, fields[key], mark[key] === "" ? (none[key] ?? null) : mark[key]);
            return wire(record.replaceAll("{id}", encodeURIComponent(mark.id)), {
              method: method as "PATCH" | "PUT" | "POST",
              body,
              takes: REFUSED,
            });
            // What it answers to a change no document says.
          },
          () => undefined,
        ),
    };
  },
};
