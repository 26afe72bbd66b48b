/**
 * Takes other people out of what is told of one person (UK GDPR art 15(4)): who of the staff it was becomes a role, another's
 * number or address is left out, and of a list with other people's numbers only what has theirs stays. Pure.
 */
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";

export interface Person {
  id: string;
  name: string;
  email: string;
  kind: "person" | "integration";
  role: string;
}

/** Whose copy it is: their numbers (E.164), their confirmed address, and the ids of what was found and is somebody else's. */
export interface Whose {
  numbers: ReadonlySet<string>;
  email: string | null;
  rejected?: ReadonlySet<string>;
  /** Names of other people that an officer found in free texts. */
  named?: readonly string[];
}

const E164 = /\+\d{7,15}(?!\d)/g;
const WHOLE = /^\+\d{7,15}$/;
const EMAIL = /[^\s<>"'(),;:]+@[^\s<>"'(),;:]+\.[^\s<>"'(),;:.]+/g;
/** Secret links to pages of requests. */
const LINK = /\S*\/privacy-request\/\S+/g;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Finds any of the words, the longest first; null where there are none. */
const wholeWords = (words: readonly string[], flags: string): RegExp | null =>
  words.length === 0
    ? null
    : new RegExp(
        `(?<![\\p{L}\\p{N}])(?:${words
          .toSorted((a, b) => b.length - a.length)
          .map(escaped)
          .join("|")})(?![\\p{L}\\p{N}])`,
        flags,
      );

/** Who did it, by role. `id`: a person's, or who acts without an account. */
export type RoleOf = (id: string) => string;

export function withoutOthers(
  staff: readonly Person[],
  { numbers, email, rejected = new Set(), named: others = [] }: Whose,
) {
  const roles = new Map(
    staff.flatMap(({ id, name, email: address, kind, role }): [string, string][] => {
      const by = t.by[kind === "integration" ? kind : role]!;
      return [id, name, address].filter((word) => word.length > 2).map((word) => [word.toLowerCase(), by]);
    }),
  );
  const roleNames = wholeWords([...roles.keys()], "giu");
  // A name, and not the same word otherwise.
  const otherNames = wholeWords(others, "gu");

  /** By name, in how many places it stood, and whether it is a single word and nothing was left of a text without it. */
  const taken = new Map<string, { places: number; empties: boolean }>();
  const takeNames = (text: string): string => {
    if (otherNames === null) return text;
    const here = text.match(otherNames) ?? [];
    for (const name of here) {
      // A word that is all of a text, as "Yes" may be: a name of several words is no such.
      const empties = !/\s/.test(name) && !/[\p{L}\p{N}]/u.test(text.replaceAll(name, ""));
      const before = taken.get(name);
      taken.set(name, { places: (before?.places ?? 0) + 1, empties: empties || before?.empties === true });
    }
    return text.replace(otherNames, t.others.person);
  };

  const roleOf: RoleOf = (id) => roles.get(id.toLowerCase()) ?? t.by[id] ?? t.by["gone"]!;

  /** A text without the names of staff and of others. */
  const nameless = (text: string): string => {
    const known = takeNames(text);
    return roleNames === null ? known : known.replace(roleNames, (word) => roles.get(word.toLowerCase())!);
  };

  const isTheirs = (number: string): boolean => numbers.has(number);
  /** A text of ours without other people. */
  const line = (text: string): string =>
    nameless(text)
      .replace(LINK, t.others.link)
      .replace(E164, (number) => (isTheirs(number) ? number : t.others.number))
      .replace(EMAIL, (address) =>
        address.toLowerCase() === email?.toLowerCase() ? address : t.others.email,
      );

  const numbersIn = (value: unknown): string[] => (JSON.stringify(value) ?? "").match(E164) ?? [];
  /** What an officer rejected as somebody else's, wherever it stands: by its id, or a row with that id. */
  const isOut = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "id" in value
      ? isOut(value.id)
      : typeof value === "string" && rejected.has(value);
  /** Any JSON of ours without other people. A list with numbers is one of rows about people: also those that withheld theirs. */
  const theirs = (value: unknown): unknown => {
    if (isOut(value)) return null;
    if (typeof value === "string") return line(value);
    if (Array.isArray(value)) {
      const rows = numbersIn(value).length > 0 ? value.filter((one) => numbersIn(one).some(isTheirs)) : value;
      return rows.filter((one) => !isOut(one)).map(theirs);
    }
    if (typeof value !== "object" || value === null) return value;
    const fields = Object.entries(value);
    // Another's objection may close their number, too: what it says of that alone is theirs.
    const ofOther = fields.some(
      ([key, one]) =>
        (key === "number" || key === "e164") && typeof one === "string" && WHOLE.test(one) && !isTheirs(one),
    );
    return Object.fromEntries(
      fields
        .filter(([, one]) => !isOut(one) && (!ofOther || numbersIn(one).some(isTheirs)))
        // An officer's list of these very names.
        .filter(([key]) => key !== "others")
        // A telephone system's name for one of the staff may be any.
        .map(([key, one]) => [key, key === "agent" && typeof one === "string" ? t.by["agent"] : theirs(one)]),
    );
  };
  return { roleOf, line, theirs, taken };
}
export type Without = ReturnType<typeof withoutOthers>;
