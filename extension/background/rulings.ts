/**
 * What a person said about numbers on a site: "this is not a telephone number", or "its country is …". Kept in this browser
 * until they take it back on the options page.
 */
import { writtenKey } from "../../shared/phone/phone.ts";
import type { Rulings } from "../carried.ts";
import type { ToBackground } from "../messages.ts";
import type { CachedStorage } from "./storage.ts";

export type Ruling = ToBackground["page.rule"]["ask"]["ruling"];

const PREFIX = "rulings:";
const none: Rulings = { notNumbers: [], countries: {}, siteCountry: null };

/**
 * Adds a ruling to a site's rulings. `written` is the number as the page writes it; it is reduced to what the page
 * compares: the digits, and for "not a number" a leading +.
 */
export function rule(rulings: Rulings, written: string, ruling: Ruling): Rulings {
  const form = writtenKey(written);
  const digits = form.replace("+", "");
  const others = rulings.notNumbers.filter((n) => n !== form);
  const { [digits]: _, ...countries } = rulings.countries;
  if ("notNumber" in ruling) return { ...rulings, notNumbers: [...others, form], countries };
  if ("forget" in ruling)
    return digits === "" ? { ...rulings, siteCountry: null } : { ...rulings, notNumbers: others, countries };
  if (ruling.wholeSite) return { ...rulings, siteCountry: ruling.country };
  return { ...rulings, notNumbers: others, countries: { ...countries, [digits]: ruling.country } };
}

const isEmpty = (r: Rulings) =>
  r.notNumbers.length === 0 && Object.keys(r.countries).length === 0 && r.siteCountry === null;

export function openRulings(local: CachedStorage) {
  const of = (host: string) => local.get<Rulings>(PREFIX + host) ?? none;
  return {
    of,
    all: (): Record<string, Rulings> =>
      Object.fromEntries(
        local
          .keys(PREFIX)
          .map((key) => key.slice(PREFIX.length))
          .sort()
          .map((host) => [host, of(host)]),
      ),
    add(host: string, written: string, ruling: Ruling): Rulings {
      const next = rule(of(host), written, ruling);
      if (isEmpty(next)) local.remove(PREFIX + host);
      else local.set(PREFIX + host, next);
      return next;
    },
  };
}

export type SiteRulings = ReturnType<typeof openRulings>;
