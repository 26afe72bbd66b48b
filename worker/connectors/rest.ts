/**
 * Any other CRM that answers JSON: where things stand in it is said by JSON pointers (RFC 6901,
 * https://www.rfc-editor.org/rfc/rfc6901), and how its pages follow each other by one of five ways. `link` is a
 * next page's address in the answer, `cursor` a word that the next request bears; both stand at `next`.
 */
import * as z from "zod";
import {
  contactOf,
  ConnectorError,
  type Kind,
  type Mark,
  overObjects,
  type Page,
  textOf,
} from "./connector.ts";
import { oneByOne, REFUSED } from "./http.ts";

const partsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

export const valueAt = (document: unknown, pointer: string): unknown =>
  partsOf(pointer).reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string, unknown>)[part]
        : undefined,
    document,
  );

export function put(document: Record<string, unknown>, pointer: string, value: unknown): void {
  const parts = partsOf(pointer);
  const last = parts.pop()!;
  let at = document;
  for (const part of parts) at = (Object.hasOwn(at, part) ? at[part] : (at[part] = {})) as typeof at;
  at[last] = value;
}

const rows = z.array(z.unknown());

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
    /** Where the next page is, by what this one was. */
    const follow = (at: string | null, document: unknown, count: number): Page["next"] => {
      const said = next === undefined ? "" : textOf(valueAt(document, next));
      if (paging === "link" || paging === "cursor") return said === "" ? null : said;
      if (paging === "none" || count === 0) return null;
      return String(paging === "page" ? Number(at ?? 1) + 1 : Number(at ?? 0) + count);
    };
    return {
      page: overObjects(objects, async (object, cursor) => {
        let address = cursor !== null && paging === "link" ? cursor : list;
        if (paging !== "link" && paging !== "none") {
          const value = cursor ?? (paging === "page" ? "1" : paging === "offset" ? "0" : null);
          const query = value === null ? "" : `${parameter}=${encodeURIComponent(value)}`;
          if (query !== "") address += `${address.includes("?") ? "&" : "?"}${query}`;
        }
        const { data } = await wire(address);
        const found = rows.safeParse(items === "" ? data : valueAt(data, items));
        if (!found.success) throw new ConnectorError("rest: no list where the mapping says");
        const contacts = found.data.map((row) => {
          const own = textOf(valueAt(row, id));
          if (own === "") throw new ConnectorError("rest: no id where the mapping says");
          return contactOf(own, object, fields, (field) => valueAt(row, field));
        });
        return { contacts, next: follow(cursor, data, contacts.length) };
      }),
      write: (marks) =>
        oneByOne(marks, (mark: Mark) => {
          const body: Record<string, unknown> = {};
          put(body, fields.verdict, mark.verdict);
          put(body, fields.date, mark.date === "" ? null : mark.date);
          put(body, fields.reasons, mark.reasons);
          return wire(record.replaceAll("{id}", encodeURIComponent(mark.id)), {
            method: method as "PATCH" | "PUT" | "POST",
            body,
            takes: REFUSED,
          });
        }),
    };
  },
};
