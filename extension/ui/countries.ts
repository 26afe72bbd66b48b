/** All countries that `Intl` has a name for, sorted by name, for a select. */
import { english } from "../../shared/texts/language.ts";

const names = new Intl.DisplayNames(english.language, { type: "region", fallback: "none" });
/** Codes that CLDR names and that are no countries: groups of states, pseudo-locales, unknown regions. */
const notCountries = new Set(["EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"]);

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
export const countries: { value: string; label: string }[] = letters
  .flatMap((a) => letters.map((b) => a + b))
  .flatMap((code) => {
    const name = notCountries.has(code) ? undefined : names.of(code);
    return name === undefined ? [] : [{ value: code, label: `${name} (${code})` }];
  })
  .sort((a, b) => a.label.localeCompare(b.label, english.language));

export const countryName = (code: string): string => names.of(code) ?? code;
