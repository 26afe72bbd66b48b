/** Which register a file is a copy of, and of which day, by its name: `TPS_Full_20261120.txt`. */
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { readDate } from "../../../shared/core/read-date.ts";

/** The register whose id or name stands in the file's name; of several the longest. Null where none does. */
export function guessRegister<R extends Pick<RegisterHead, "id" | "name">>(
  file: string,
  lists: readonly R[],
): R | null {
  const text = plain(file);
  const named = (word: string) => word !== "" && ` ${text} `.includes(` ${word} `);
  const found = lists.flatMap((list) =>
    [plain(list.id), plain(list.name)].filter(named).map((word) => ({ list, length: word.length })),
  );
  return found.sort((a, b) => b.length - a.length)[0]?.list ?? null;
}

/** Small letters, with one space where anything else than letters and digits stands, or where these meet. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/(\p{L})(\d)|(\d)(\p{L})/gu, "$1$3 $2$4")
    .replace(/[^\p{L}\d]+/gu, " ")
    .trim();

/** Days as registers' files have them: with the year first or last, with or without signs between. */
const yearFirst = /(?<!\d)(20\d\d)[-_. ]?(\d\d)[-_. ]?(\d\d)(?!\d)/g;
const yearLast = /(?<!\d)(\d\d)[-_. ]?(\d\d)[-_. ]?(20\d\d)(?!\d)/g;

/** YYYY-MM-DD, none after `latest`; empty where the name has none, or two, or one that may be read as two: 05-11-2026. */
export function guessDate(file: string, latest: string): string {
  const last = [...file.matchAll(yearLast)];
  if (last.some(([, a, b]) => a !== b && Number(a) <= 12 && Number(b) <= 12)) return "";
  const days = [
    ...[...file.matchAll(yearFirst)].map(([, y, m, d]) => readDate(`${y}-${m}-${d}`)),
    ...last.map(([, d, m, y]) => readDate(`${y}-${m}-${d}`)),
  ];
  const found = new Set(days.filter((day) => day !== null && day <= latest));
  return found.size === 1 ? [...found][0]! : "";
}

/** The day in the form of a push: YYYY-MM-DD, or empty. */
export interface PushDay {
  date: string;
  /** A file's name told it, and nobody entered it. */
  guessed: boolean;
}
export const noDay: PushDay = { date: "", guessed: false };

/** The day once a file was chosen: what its name tells, else what somebody entered. What another file's name told is not this one's. */
export function dayOfFile(file: string, latest: string, before: PushDay): PushDay {
  const date = guessDate(file, latest);
  if (date !== "") return { date, guessed: true };
  return before.guessed ? noDay : before;
}
