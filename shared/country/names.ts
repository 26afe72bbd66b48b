/** Names and codes of countries, and the parts of addresses that only one country has. */

/** The key by which names of places are compared: without accents, case, full stops and apostrophes. */
export const placeKey = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/[\p{M}.’']/gu, "")
    .replace(/ß/g, "ss")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();

/** Names that `Intl` does not have, in English or a country's own language, as `placeKey` makes them, joined by `|`. */
const ALIASES: Readonly<Record<string, string>> = {
  GB: "uk|u k|great britain|britain|england|scotland|wales|northern ireland|united kingdom of great britain and northern ireland",
  US: "usa|us|u s a|united states of america|america",
  IE: "republic of ireland|eire",
  NL: "holland|the netherlands",
  AE: "uae",
  CZ: "czech republic",
  TR: "turkey",
  KR: "korea|republic of korea",
  HK: "hong kong",
  MO: "macau",
  CI: "ivory coast",
  DE: "brd",
  CH: "suisse|svizzera",
  BE: "belgique",
};

/** ISO 3166-1 codes of three letters that CRMs often show: those whose code of two is the first and the second, or the third. */
const THREE = [
  "GBR USA DEU FRA ESP ITA NLD BEL CHE NOR FIN CAN AUS NZL IND JPN SGP HKG ZAF BRA RUS CZE",
  "AUT SWE DNK POL PRT CHN MEX ARE TUR",
];

/** Countries whose names people and things have too (Jordan, Chad): they count only where a label says that it is a place. */
const ALSO_OTHERWISE = new Set("JO TD GE IL JE GN NE ML CU MT TG BM MC".split(" "));

/** The states of the USA by their two letters: those of its words, or its first two, unless they are before it. */
const STATES_US = new Map(
  (
    "Alabama|AK Alaska|AZ Arizona|Arkansas|California|Colorado|CT Connecticut|Delaware|" +
    "District of Columbia|Florida|GA Georgia|HI Hawaii|Idaho|Illinois|Indiana|IA Iowa|" +
    "KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|Massachusetts|Michigan|" +
    "MN Minnesota|MS Mississippi|MO Missouri|MT Montana|Nebraska|NV Nevada|New Hampshire|" +
    "New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|" +
    "PA Pennsylvania|Rhode Island|South Carolina|South Dakota|TN Tennessee|TX Texas|Utah|" +
    "VT Vermont|VA Virginia|Washington|West Virginia|Wisconsin|Wyoming"
  )
    .split("|")
    .map((state) => {
      const [, code, name] = /^([A-Z]{2} )?(.+)/.exec(state)!;
      return [(code ?? name!.replace(/^(.).* /, "$1").toUpperCase()).slice(0, 2), name!] as const;
    }),
);
const states = new Map([...STATES_US.values()].map((name) => [placeKey(name), "US"]));
const STATE = [...STATES_US.keys()].join("|");

/** Parts of an address that show its country: a postcode after its state, or of a form that only one country has. */
const FORMS: readonly [form: RegExp, region: string][] = [
  [new RegExp(`\\b(${STATE})\\.?,? +\\d{5}(-\\d{4})?$`), "US"],
  [/\b(NSW|VIC|QLD|TAS|ACT)\.?,? +\d{4}$/, "AU"],
  [/\b(AB|BC|MB|NB|NL|NS|ON|PE|QC|SK)\.?,? +[A-Z]\d[A-Z] ?\d[A-Z]\d$/, "CA"],
  // Before the United Kingdom's form, which no postcode of Canada fits.
  [/(^|[ ,])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d$/, "CA"],
  [/(^|[ ,])([A-Z]{1,2}\d[A-Z\d]?|GIR) ?\d[ABD-HJLNP-UW-Z]{2}$/, "GB"],
  [/(^|[ ,])[A-Z]\d{2} ?[A-Z\d]{4}$/, "IE"],
  [/^DE?-\d{5}\b/, "DE"],
  [/^FR?-\d{5}\b/, "FR"],
  [/^AT?-\d{4}\b/, "AT"],
  [/^CH-\d{4}\b/, "CH"],
  [/^BE?-\d{4}\b/, "BE"],
  [/^(NL-)?\d{4} [A-Z]{2}\b/, "NL"],
];

/** The country whose postcode a part of an address has; null where it has none, or an ambiguous one. */
export const regionByForm = (part: string): string | null =>
  FORMS.find(([form]) => form.test(part))?.[1] ?? null;

/** True for the two letters of a state of the USA. */
export const isStateOfUS = (part: string): boolean => STATES_US.has(part);

/** All ISO 3166 codes of two letters. `Intl.Locale` maps old codes (DD, UK) to others; EU, UN, EZ and X? are not countries. */
function regionCodes(): string[] {
  const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  return letters
    .flatMap((a) => letters.map((b) => a + b))
    .filter((code) => !/^(EU|EZ|UN|QO|ZZ|X[A-Z])$/.test(code))
    .filter((code) => new Intl.Locale(`und-${code}`).region === code);
}

/** What regions are called in a language; undefined for what is none. */
const namer = (language: string) => new Intl.DisplayNames(language, { type: "region", fallback: "none" });

/** The names of all countries in English, some languages, and each country's own. Takes some milliseconds, once for each language. */
function namesIn(languages: readonly string[]): Map<string, string> {
  const named = new Map<string, string>();
  const namers: Record<string, Intl.DisplayNames> = {};
  for (const region of regionCodes())
    for (const language of ["en", ...languages, new Intl.Locale(`und-${region}`).maximize().language]) {
      const name = (namers[language] ??= namer(language)).of(region);
      if (name !== undefined) named.set(placeKey(name), region);
    }
  for (const [region, names] of Object.entries(ALIASES))
    for (const name of names.split("|")) named.set(name, region);
  return named;
}

const byLanguage = new Map<string, Map<string, string>>();

/** The country with this name in English, its own language, or `language`. `plain`: nothing but the country has it. */
export function countryNamed(name: string, language: string): { region: string; plain: boolean } | null {
  const tag = /^[a-z]{2,3}\b/i.exec(language)?.[0]?.toLowerCase() ?? "en";
  let names = byLanguage.get(tag);
  if (!names) byLanguage.set(tag, (names = namesIn(tag === "en" ? [] : [tag])));
  const region = names.get(placeKey(name));
  return region === undefined ? null : { region, plain: !ALSO_OTHERWISE.has(region) };
}

/** `US` for the name of a state of the USA; null for others. */
export const stateNamed = (name: string): string | null => states.get(placeKey(name)) ?? null;

/** The country of a code of two or three letters, as the value of a field for countries; null for other texts. */
export function countryCoded(code: string): string | null {
  if (!/^[A-Z]{2,3}$/i.test(code)) return null;
  const letters = code.toUpperCase();
  if (letters === "UK") return "GB";
  if (letters === "IRL") return "IE";
  if (letters.length === 3) {
    const at = THREE.findIndex((codes) => codes.includes(letters));
    return at < 0 ? null : letters[0]! + letters[at + 1]!;
  }
  return namer("en").of(letters) === undefined ? null : letters;
}
