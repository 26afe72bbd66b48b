/**
 * Rows of a name and a value, in either order, as the fields of one record: whether the country that one of them names is that of
 * the number in another. By whole names that are listed here alone, as a list of people looks the same: else the number is asked.
 */
import { areTwoParties, namesOwnLine, namesOwnPlace, withoutLines } from "./field-names.ts";
import { countryCoded, countryNamed, placeKey } from "./names.ts";
import { FLAG, namesPlace, placesIn } from "./places.ts";

const OF = /^(?:billing|shipping|mailing) /;
const COUNTRY = /^(?:country|land|pays|pais|paese|kraj)(?: name| of residence| ?\/ ?regi\w+)?$/;
/** Below these a country counts by its full name: a code may be a state's. */
const ADDRESS = /^(?:location|address|adresse?|anschrift|direccion|indirizzo)$/;
/** Of a place, but of a firm's or for somebody. */
const SOMEBODYS = /office|place|based|head|hq|business|work|^(?:bill|ship|mail)ing$/;
/** More names of what is in an address, or is one by net. */
const ADDRESSED = /^(?:plz|strasse|rue|calle|via|ulica|(?:e-?mail|web ?site)(?: address)?)$/;

/** The texts of each row in order, of which the first (`side` 0) or the last (1) is its name. */
export interface Rows {
  texts: readonly (readonly string[])[];
  names: readonly string[];
  side: 0 | 1;
  /** Those whose value is the country, and nothing else. */
  countries: readonly number[];
  region: string;
}

/** Null where no row names the country, another one names another, or a name comes again, as the next person's. */
export function rowsOf(texts: Rows["texts"], language: string): Rows | null {
  for (const side of [0, 1] as const) {
    const names = texts.map((row) => placeKey((row.at(-side) ?? "").replace(/:$/, "")));
    const countries = [...names.keys()].filter(
      (i) => texts[i]!.length === 2 && isCountry(names[i]!.replace(OF, ""), texts[i]![1 - side]!, language),
    );
    if (countries.length === 0) continue;
    const fields = texts.flatMap((row, i) => {
      const label = namesPlace(names[i]!) ? names[i]! : "";
      return row.map((text) => ({ label, text }));
    });
    const isOnce = names.every((name, i) => name === "" || names.indexOf(name) === i);
    const [region = "", other] = placesIn(fields, language, null).countries;
    return isOnce && !other ? { texts, names, side, countries, region } : null;
  }
  return null;
}

function isCountry(name: string, text: string, language: string): boolean {
  const bare = text.replace(FLAG, "").trim();
  const country = countryNamed(bare, language);
  if (COUNTRY.test(name)) return bare === "" || country !== null || countryCoded(bare) !== null;
  return ADDRESS.test(name) && country?.plain === true;
}

/** The row of the country that the number in row `own` has; null where something between them may begin another's fields. */
export function countryRow({ texts, names, side, countries }: Rows, own: number): number | null {
  const isLine = (i: number) =>
    texts[i]!.length === 2 && namesOwnLine(names[i]!) && !/\p{L}/u.test(withoutLines(texts[i]![1 - side]!));
  const isPlain = (name: string) => ADDRESSED.test(name) || (namesOwnPlace(name) && !SOMEBODYS.test(name));
  const at = countries.reduce((a, b) => (Math.abs(b - own) < Math.abs(a - own) ? b : a));
  const from = Math.min(own, at);
  const among = names.slice(from, Math.max(own, at) + 1);
  const isOne = among.every(
    (name, i) =>
      (from + i === at || isLine(from + i) || (from + i !== own && isPlain(name))) &&
      !among.some((other) => areTwoParties(name, other)),
  );
  return isOne ? at : null;
}
