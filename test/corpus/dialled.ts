/** Numbers of the United Kingdom at random, and how a page or a person may write them. */
import { isValid } from "../../shared/phone/plans.ts";

const AREAS = ["113", "114", "115", "116", "117", "118", "121", "131", "141", "151", "161", "20", "28", "29"];
const CUTS = [[], [4, 7], [5], [3, 7], [2, 4, 6, 8], [2, 5], [3, 6, 9], [4], [3], [2, 6]];
/** National digits of a number of the United Kingdom: geographic in all lengths of area, and mobile. */
export function numberOf(next: () => number): string {
  const digits = (n: number) => Array.from({ length: n }, () => Math.floor(next() * 10)).join("");
  const kind = next();
  if (kind < 0.3) return `7${Math.floor(next() * 4) + 4}${digits(8)}`;
  if (kind < 0.6) return `1${digits(9)}`;
  const area = AREAS[Math.floor(next() * AREAS.length)]!;
  return `${area}${digits(10 - area.length)}`;
}
/** The digits as each country groups them, with its punctuation. */
export function* writingsOf(nsn: string): Generator<string> {
  const digits = `0${nsn}`;
  for (const cuts of CUTS)
    for (const gap of cuts.length === 0 ? [""] : [" ", "-", "."])
      yield [...digits].map((digit, i) => (cuts.includes(i) ? gap + digit : digit)).join("");
  yield `(${digits.slice(0, 4)}) ${digits.slice(4)}`;
  yield `+${digits}`;
  // Without its 0 only a softphone rings it, and only if it is in use.
  if (isValid({ code: "44", nsn })) yield nsn;
}
