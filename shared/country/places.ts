/** Which countries the fields of one record name: by a country's name, an address, a city or a flag. */
import type { Cities } from "./cities.ts";
import { countryCoded, countryNamed, isStateOfUS, placeKey, regionByForm, stateNamed } from "./names.ts";

/** One text of a record, with its label: the text before it or above it. */
export interface Field {
  label: string;
  text: string;
}

/** What the fields of a record name, as ISO 3166 regions. */
export interface Places {
  /** By a country's name, its flag, or an address. */
  countries: string[];
  /** Of the cities that are named; null while the table of cities, in which a name was looked up, is not here yet. */
  cities: string[] | null;
  /** There may be a country among the names that wait for the table: `Austin, TX`. */
  waits?: boolean;
}

/** Longer texts, in characters, are prose, which may name any place. */
const LONGEST = 120;

/** Labels of places. */
const PLACE =
  /\b(?:country|countries|region|nation|location|address|addr|city|town|state|province|county|post ?code|postal|zip|headquarters|hq|office|based|place|billing|shipping|mailing|street|land|ort|stadt|anschrift|adresse|pays|ville|pais|ciudad|direccion|paese|citta|indirizzo|kraj|miasto)\b/;
/** Labels of a country: under these, a code of two letters is one. */
const COUNTRY = /\b(?:country|countries|region|nation|land|pays|pais|paese|kraj)\b/;
/** A label in the same text as its value: `Country: Spain`. */
const INLINE = /^(\p{L}[\p{L} /]{2,24}?)\s*:\s*(?=\S)/u;
/** A telephone number between other words. A postcode has fewer digits. */
const PHONE = /[+(]?\d(?:[ ()./-]{0,2}\d){9,}/g;
export const FLAG = /[\u{1f1e6}-\u{1f1ff}]{2}/gu;
const FIRST_FLAG_LETTER = 0x1f1e6;

/** Somebody else's than the record's. */
const ELSE = /['’]s |assistant|\bass?t\b|secretary|spouse|husband|wife|partner|emergency|notfall/iu;

/** True for a label or a heading that says where somebody is, and not somebody else. */
export const namesPlace = (label: string): boolean => PLACE.test(placeKey(label)) && !namesElse(label);
export const namesElse = (label: string): boolean => ELSE.test(label);

/** The places that fields name. `language`: the page's, in which it may name countries. `citiesOf`: null while it is not here. */
export function placesIn(fields: readonly Field[], language: string, citiesOf: Cities | null): Places {
  const countries = new Set<string>();
  let looked = false;
  let waits = false;
  const regionsOfCity = (name: string): readonly string[] => {
    looked = true;
    return citiesOf?.(placeKey(name)) ?? [];
  };
  const cities = new Set<string>();
  for (const { label, text } of fields) {
    for (const [flag] of text.matchAll(FLAG)) {
      const region = countryCoded(lettersOf(flag));
      if (region !== null) countries.add(region);
    }
    if (text.length > LONGEST) continue;
    const inline = INLINE.exec(text);
    const name = inline ? inline[1]! : label;
    const named = placeKey(name);
    const isPlace = namesPlace(name);
    // A field with another label names something else: "Destination: Spain", an owner called Jordan.
    if (named !== "" && !isPlace) continue;
    const value = inline ? text.slice(inline[0].length) : text;
    const parts = value
      .replace(FLAG, " ")
      .replace(PHONE, ",")
      .split(/[,;|/\n\t•·()]|\s[-–—]\s/)
      .map((part) => part.trim())
      .filter((part) => part !== "");
    for (const [i, part] of parts.entries()) {
      const region = COUNTRY.test(named) ? countryCoded(part) : null;
      const found = region ?? regionOfPart(part, isPlace || parts.length > 1, language);
      const inState = found === null && i > 0 && isStateOfUS(part);
      waits ||= inState && !citiesOf;
      if (found !== null) countries.add(found);
      else if (inState && regionsOfCity(parts[i - 1]!).includes("US")) countries.add("US");
      else for (const city of regionsOfCity(part.replace(/^\d{4,6}\s+|\s+\d{4,6}$/g, ""))) cities.add(city);
    }
  }
  return { countries: [...countries], cities: looked && !citiesOf ? null : [...cities], waits };
}

function regionOfPart(part: string, isPlace: boolean, language: string): string | null {
  const country = countryNamed(part, language);
  if (country && (country.plain || isPlace)) return country.region;
  return regionByForm(part) ?? (isPlace ? stateNamed(part) : null);
}

const lettersOf = (flag: string): string =>
  [...flag].map((sign) => String.fromCharCode(65 + sign.codePointAt(0)! - FIRST_FLAG_LETTER)).join("");
