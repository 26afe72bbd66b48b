/**
 * Rows of a name and a value, in either order, as the fields of one record: whether the country that one of them names is that of
 * the number in another. By whole names that are listed here alone, as a list of people looks the same: else the number is asked.
 */
import { areTwoParties, besideLines, namesOwnLine, namesOwnPlace } from "./field-names.ts";
import { countryCoded, countryNamed, placeKey } from "./names.ts";
import { FLAG, namesPlace, placesIn } from "./places.ts";

const OF = /^(?:billing|shipping|mailing) /;
/** Where something is sent to may be somebody else's, as of a present. */
const SENT = /^(?:shipping|mailing) /;
const COUNTRY = /^(?:country|land|pays|pais|paese|kraj)(?: name| of residence| ?\/ ?regi\w+)?$/;
/** Below these a country counts by its full name: a code may be a state's. */
const ADDRESS = /^(?:location|address|adresse?|anschrift|direccion|indirizzo)$/;
/** Below these, a country's name may be a place's that has it, too. */
const LOCAL = /\b(?:city|town|state|province|county)\b/;
/** Of a place, but of a firm's or for somebody. */
const SOMEBODYS = /office|place|based|head|hq|business|work|^(?:bill|ship|mail)ing$/;
/** More names of what is in an address, or is one by net. */
const ADDRESSED = /^(?:plz|strasse|rue|calle|via|ulica|web ?site(?: address)?)$/;

/** The texts of each row in order, of which the first (`side` 0) or the last (1) is its name. */
export interface Rows {
  texts: readonly (readonly string[])[];
  names: readonly string[];
  side: 0 | 1;
  /** Those whose value is the country, and nothing else. */
  countries: readonly number[];
  region: string;
}

/** Null where no row names the country, another one names another or may, or a name comes again, as the next person's. */
export function rowsOf(texts: Rows["texts"], language: string): Rows | null {
  // Of longer rows the rest is not here.
  if (texts.some((row) => row.length > 3)) return null;
  for (const side of [0, 1] as const) {
    const names = texts.map((row) => placeKey((row.at(-side) ?? "").replace(/:$/, "")));
    const regions = texts.map((row, i) =>
      row.length === 2 ? regionOf(names[i]!.replace(OF, ""), row[1 - side]!, language) : undefined,
    );
    const countries = [...names.keys()].filter((i) => regions[i] !== undefined);
    if (countries.every((i) => SENT.test(names[i]!))) continue;
    const fields = texts.flatMap((row, i) => {
      const label = namesPlace(names[i]!) ? names[i]! : "";
      const isLocal = LOCAL.test(label);
      return row.flatMap((text) => (isLocal && countryNamed(text, language) ? [] : { label, text }));
    });
    // A country that is no text here may be another one.
    const isOne = names.every(
      (name, i) =>
        name === "" ||
        (names.indexOf(name) === i && (regions[i] !== undefined || !COUNTRY.test(name.replace(OF, "")))),
    );
    const [region, other] = new Set([
      ...countries.map((i) => regions[i]!),
      ...placesIn(fields, language, null).countries,
    ]);
    return isOne && !other ? { texts, names, side, countries, region: region! } : null;
  }
  return null;
}

/** The country of a row with this name, where its value is a country's name, code or flag, and nothing else. */
function regionOf(name: string, text: string, language: string): string | undefined {
  const bare = text.replace(FLAG, "").trim();
  const country = countryNamed(bare, language);
  if (!COUNTRY.test(name)) return ADDRESS.test(name) && country?.plain ? country.region : undefined;
  if (bare === "") return placesIn([{ label: "", text }], language, null).countries[0];
  // Of Germany's states, too.
  const isState = name === "land" && bare.length === 2;
  return country?.region ?? (isState ? undefined : (countryCoded(bare) ?? undefined));
}

/** The row of the country that the number in row `own` has; null where something between them may begin another's fields. */
export function countryRow({ texts, names, side, countries }: Rows, own: number): number | null {
  const isLine = (i: number) =>
    texts[i]!.length === 2 && namesOwnLine(names[i]!) && !/\p{L}/u.test(besideLines(texts[i]![1 - side]!));
  const isPlain = (i: number) =>
    /^e-?mail/.test(names[i]!)
      ? texts[i]!.some((text) => text.includes("@"))
      : ADDRESSED.test(names[i]!) || (namesOwnPlace(names[i]!) && !SOMEBODYS.test(names[i]!));
  const at = countries.reduce((a, b) => (Math.abs(b - own) < Math.abs(a - own) ? b : a));
  const from = Math.min(own, at);
  const among = names.slice(from, Math.max(own, at) + 1);
  const isOne = among.every(
    (name, i) =>
      (from + i === at || isLine(from + i) || (from + i !== own && isPlain(from + i))) &&
      !among.some((other) => areTwoParties(name, other)),
  );
  return isOne ? at : null;
}
