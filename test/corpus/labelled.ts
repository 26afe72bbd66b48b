/**
 * The dials of everything that is labelled here: each number of the texts, the records, the contacts of the interface
 * kits and the test pages, with what its label says is meant, null where that leaves it open.
 */
import { type Contact, contacts, labelsOf } from "../kits/contacts.ts";
import type { DayDial } from "./day.ts";
import { corpus } from "./index.ts";
import { kitDials, recordDials } from "./kits.ts";
import { matcherTexts } from "./matcher.ts";
import { corpora, type Outside } from "./outside.ts";
import { records } from "./records.ts";

const none = { also: [], language: "", address: null };

const inTexts = (): DayDial[] =>
  Object.values(corpus)
    .flat()
    .flatMap(({ text, region, numbers }) =>
      numbers.map(({ at, written = at, e164 }) => ({
        ...{ ...none, desk: region, fields: [{ label: "", text }], number: written, e164 },
      })),
    );

/** Numbers in words are no digits that anybody dials. */
const inOutside = (texts: readonly Outside[]): DayDial[] =>
  texts.flatMap(({ text, region, record, numbers }) =>
    numbers
      .filter(({ spoken }) => !spoken)
      .map(({ written, e164, ask }) => ({
        ...{ ...none, desk: region, number: written },
        fields: [{ label: "", text }, ...(record === undefined ? [] : [{ label: "Country", text: record }])],
        e164: ask ? null : e164!,
      })),
  );

const CONTACT = [
  "name",
  "company",
  "street",
  "city",
  "postcode",
  "country",
  "phone",
  "mobile",
  "note",
] as const;
const regions: Record<string, string> = {
  "United Kingdom": "GB",
  "United States": "US",
  Germany: "DE",
  France: "FR",
  Australia: "AU",
  Sweden: "SE",
};
/** A contact's fields as a plain page has them, each with its name; not as a kit lays them out. */
const ofContact = (contact: Contact, desk = regions[contact.country]!): DayDial[] =>
  labelsOf(contact).map(({ written, e164 }) => ({
    ...{ ...none, language: "en-GB", desk, number: written, e164 },
    fields: CONTACT.map((name) => ({
      label: name[0]!.toUpperCase() + name.slice(1),
      text: contact[name],
    })),
  }));

/** By what they are dialled from. `count`: of the test pages' contacts. */
export const labelledDials = (count: number): Record<string, DayDial[]> => ({
  "texts of this repository": inTexts(),
  "texts of sixteen countries": inOutside(corpora[0].texts),
  "texts of libphonenumber's tests": inOutside(matcherTexts),
  "records, by their fields": records.map((record) => ({ ...record, address: null })),
  "records, by their pages": [...recordDials()],
  "the kits' contacts, at a British desk": contacts.flatMap((contact) => ofContact(contact, "GB")),
  "the same, at desks of their countries": contacts.flatMap((contact) => ofContact(contact)),
  "contacts made up for the test pages": [...kitDials(count)],
});
