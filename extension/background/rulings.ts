/** What a person said about numbers on a site: this is none, or it belongs to that country. Kept until taken back. */
import { writtenKey } from "../../shared/phone/phone.ts";
import type { Rulings, ToBackground } from "../messages.ts";
import type { Shelf } from "./storage.ts";

export type Ruling = ToBackground["page.rule"]["ask"]["ruling"];

const PREFIX = "rulings:";
const none: Rulings = { notNumbers: [], countries: {}, siteCountry: null };

/** Rulings with one more. `written` is cut to what the page compares: digits, and for "no number" a leading +. */
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

export function openRulings(local: Shelf) {
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
