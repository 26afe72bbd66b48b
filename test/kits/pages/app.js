// What all kits' pages share: the contacts and their changes, the route in the address, and how a search marks its hits.
// Plain JavaScript, as the kits are not installed where the types are checked.
import { contacts } from "../contacts.ts";

let all = contacts.map((contact) => ({ ...contact }));
const heard = new Set();

export const store = {
  all: () => all,
  of: (id) => all.find((contact) => contact.id === Number(id)),
  save(id, changes) {
    all = all.map((contact) => (contact.id === Number(id) ? { ...contact, ...changes } : contact));
    for (const hear of heard) hear();
  },
  subscribe(hear) {
    heard.add(hear);
    return () => heard.delete(hear);
  },
};

/** `#/list`, `#/record/7`, `#/edit/7`, `#/search/Berlin`. */
export function routeOf(hash) {
  const [, view = "list", rest = ""] = /^#\/(\w+)\/?(.*)$/.exec(hash) ?? [];
  return { view, id: Number(rest), query: decodeURIComponent(rest) };
}

export const matches = (query) =>
  query === ""
    ? []
    : all.filter(({ name, company, city, phone, mobile }) =>
        [name, company, city, phone, mobile].some((text) => text.toLowerCase().includes(query.toLowerCase())),
      );

/** A text in pieces: every second one is a hit of the search. */
export function piecesOf(text, query) {
  const pieces = [];
  let rest = text;
  for (let at; query !== "" && (at = rest.toLowerCase().indexOf(query.toLowerCase())) >= 0;) {
    pieces.push(rest.slice(0, at), rest.slice(at, at + query.length));
    rest = rest.slice(at + query.length);
  }
  return [...pieces, rest];
}

/** The fields of a record, as a form has them. */
export const fields = [
  "name",
  "company",
  "street",
  "city",
  "postcode",
  "country",
  "email",
  "phone",
  "mobile",
  "reference",
  "note",
];
