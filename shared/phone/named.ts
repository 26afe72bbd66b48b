/** Countries that a text names before a number, as `Intl` calls them: `Lyon (France), 04 65 71 22 18`. */
import { foreignForms } from "./foreign.ts";

const LANGUAGES = "en de fr it es nl sv da pl pt".split(" ");
let regions: Map<string, string> | undefined;

function regionsByName(): Map<string, string> {
  const named = new Map<string, string>();
  for (const language of LANGUAGES) {
    const names = new Intl.DisplayNames(language, { type: "region" });
    for (const { region } of foreignForms) named.set(names.of(region)!, region);
  }
  return named;
}

/** The last country that is named before `offset`, with no digit or line's end between; else the reader's region. */
export function regionNamed(text: string, offset: number, region: string): string {
  const before = /[^\d\n]*$/.exec(text.slice(Math.max(0, offset - 99), offset))![0];
  regions ??= regionsByName();
  for (const [word] of before.matchAll(/\p{Lu}\p{L}{4,}/gu)) region = regions.get(word) ?? region;
  return region;
}
