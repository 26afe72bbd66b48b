/** Whether a dial hides the caller's own number: by the codes of codes.ts, before whatever number. */
import { hidingCode } from "./codes.ts";
import { dialled, lettersOf, withoutWords } from "./keys.ts";
import { isEmergencyCall } from "./line.ts";

export interface Withheld {
  /** The code as it is dialled: `141`. */
  prefix: string;
  /** The number after it, and after any further code of the kind. */
  rest: string;
}

/**
 * The code that hides the caller in a number, written or URL-encoded; null without one. `region`: where the telephone is;
 * null, where that is not known: a code of any.
 */
export function withheld(written: string, region: string | null = null): Withheld | null {
  const text = withoutWords(written);
  if (isEmergencyCall(text, region)) return null;
  const digits = dialled(lettersOf(text)?.keys ?? text);
  const found = hidingCode(digits, 0, region);
  if (!found) return null;
  let end = 0;
  // Texts may be long: each code is looked for once, where the last one ends.
  for (let code: typeof found | undefined = found; code; code = hidingCode(digits, end, region))
    end += code.prefix.length;
  return { prefix: found.prefix, rest: digits.slice(end) };
}
