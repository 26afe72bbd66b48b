/** All countries by name, for a select: those that `Intl` has a name for. */
import { texts } from "./words.ts";

const names = new Intl.DisplayNames(texts.language, { type: "region", fallback: "none" });
/** Codes of ISO 3166-1 that CLDR names and nobody dials, and its own inventions. */
const notCountries = new Set(["EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"]);

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
export const countries: { value: string; label: string }[] = letters
  .flatMap((a) => letters.map((b) => a + b))
  .flatMap((code) => {
    const name = notCountries.has(code) ? undefined : names.of(code);
    return name === undefined ? [] : [{ value: code, label: `${name} (${code})` }];
  })
  .sort((a, b) => a.label.localeCompare(b.label, texts.language));

export const countryName = (code: string): string => names.of(code) ?? code;
