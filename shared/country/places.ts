/** Which countries the fields of one record name: a country, an address, a city, a flag. */
import { citiesByCountry } from "./cities-table.ts";
import { countryCoded, countryNamed, isStateOfUS, placeKey, regionByForm, stateNamed } from "./names.ts";

/** One text of a record, with what stands before it, or over it, as its name. */
export interface Field {
  label: string;
  text: string;
}

export interface Places {
  /** Regions that a country's name, its flag or an address says. */
  countries: string[];
  /** Regions of the cities that are named. */
  cities: string[];
}

/** Longer texts are prose: what they name may be anything. */
const LONGEST = 120;

/** Labels of what says where somebody is. */
const PLACE =
  /\b(?:country|countries|region|nation|location|address|addr|city|town|state|province|county|post ?code|postal|zip|headquarters|hq|office|based|place|billing|shipping|mailing|street|land|ort|stadt|anschrift|adresse|pays|ville|pais|ciudad|direccion|paese|citta|indirizzo|kraj|miasto)\b/;
/** Labels of what holds a country alone, where a code in two letters is one. */
const COUNTRY = /\b(?:country|countries|region|nation|land|pays|pais|paese|kraj)\b/;
/** A label that stands in the same text as what it names. */
const INLINE = /^(\p{L}[\p{L} /]{2,24}?)\s*:\s*(?=\S)/u;
const FLAG = /[\u{1f1e6}-\u{1f1ff}]{2}/gu;
const FIRST_FLAG_LETTER = 0x1f1e6;

let byCity: Map<string, string[]> | null = null;

function regionsOfCity(name: string): readonly string[] {
  if (!byCity) {
    byCity = new Map();
    for (const [region, names] of Object.entries(citiesByCountry))
      for (const city of names.split("|")) byCity.set(city, [...(byCity.get(city) ?? []), region]);
    for (const [region, names] of LOCAL_NAMES)
      for (const city of names.split("|")) byCity.set(city, [region]);
  }
  return byCity.get(placeKey(name)) ?? [];
}

/** Cities by the names that their own people give them, or the English, where the table has the other. */
const LOCAL_NAMES: readonly (readonly [region: string, names: string])[] = [
  ["AT", "wien|vienna"],
  ["BE", "antwerp|bruxelles|brussels|gent"],
  ["CH", "zurich|geneva|geneve|bern|basel"],
  ["DE", "munchen|muenchen|cologne|nuremberg|frankfurt|hanover|duesseldorf"],
  ["DK", "kobenhavn|copenhagen"],
  ["ES", "sevilla|seville"],
  ["IN", "bengaluru|bangalore|mumbai"],
  ["IT", "milano|roma|torino|firenze|napoli|venezia|genova"],
  ["NL", "den haag|the hague"],
  ["PL", "warszawa|krakow|wroclaw|lodz"],
  ["PT", "lisboa|lisbon"],
  ["SE", "goteborg|gothenburg"],
  ["US", "new york|washington dc"],
];

/** True of a heading that says where somebody is. */
export const namesPlace = (label: string): boolean => PLACE.test(placeKey(label));

/** `language`: the page's, in which it may name countries. */
export function placesIn(fields: readonly Field[], language: string): Places {
  const countries = new Set<string>();
  const cities = new Set<string>();
  for (const { label, text } of fields) {
    for (const [flag] of text.matchAll(FLAG)) {
      const region = countryCoded(lettersOf(flag));
      if (region !== null) countries.add(region);
    }
    if (text.length > LONGEST) continue;
    const inline = INLINE.exec(text);
    const named = placeKey(inline ? inline[1]! : label);
    const isPlace = PLACE.test(named);
    // What has another name is something else: "Destination: Spain", an owner called Jordan.
    if (named !== "" && !isPlace) continue;
    const value = inline ? text.slice(inline[0].length) : text;
    const parts = value
      .replace(FLAG, " ")
      .split(/[,;|/\n\t•·()]|\s[-–—]\s/)
      .map((part) => part.trim())
      .filter((part) => part !== "");
    for (const [i, part] of parts.entries()) {
      const region = COUNTRY.test(named) ? countryCoded(part) : null;
      const found = region ?? regionOfPart(part, isPlace || parts.length > 1, language);
      if (found !== null) countries.add(found);
      else if (isStateOfUS(part) && i > 0 && regionsOfCity(parts[i - 1]!).includes("US")) countries.add("US");
      else for (const city of regionsOfCity(part.replace(/^\d{4,6}\s+|\s+\d{4,6}$/g, ""))) cities.add(city);
    }
  }
  return { countries: [...countries], cities: [...cities] };
}

function regionOfPart(part: string, isPlace: boolean, language: string): string | null {
  const country = countryNamed(part, language);
  if (country && (country.plain || isPlace)) return country.region;
  return regionByForm(part) ?? (isPlace ? stateNamed(part) : null);
}

const lettersOf = (flag: string): string =>
  [...flag].map((sign) => String.fromCharCode(65 + sign.codePointAt(0)! - FIRST_FLAG_LETTER)).join("");
