/** How well digits are grouped as a plan, or the people of its country, group them. Of stage 4, read-digits.ts. */
import { isBritishHabit } from "./gb.ts";
import { type National, planOf, shapeOf } from "./plans.ts";

/** One written number. `cuts`: where its digits are separated, as counts of digits from its start. */
export interface Written {
  digits: string;
  plus: boolean;
  cuts: number[];
  /** Grouped as only North America does: (415) 555-0134, 415-555-0134, 415.555.0134. */
  american: boolean;
  /** All its marks are hyphens. */
  hyphens: boolean;
  /** There is a slash between its digits. */
  slash: boolean;
}

/** Where the digits of a number are separated, without what is before it. */
export function cutsIn({ nsn }: National, { digits, cuts }: Written): number[] {
  const lead = digits.length - nsn.length;
  return cuts.filter((c) => c > lead).map((c) => c - lead);
}

/** How well a number is separated as people of its country do. `home`: the reader's own. */
export function fitOf(number: National, written: Written, home = true): number {
  const cuts = cutsIn(number, written);
  if (cuts.length === 0) return 1;
  if (written.american && number.code === "1") return 4;
  if (number.code === "44" && !written.slash && isBritishHabit(number.nsn, cuts)) return 3;
  // Abroad, what Portugal writes may as well be Poland's.
  const habit = home || number.code !== "351" ? HABITS[number.code] : undefined;
  return habit?.test(`${number.nsn[0]}:${cuts.join()}`) ? 3 : planFit(number, cuts);
}

/** By calling code, first digit and cuts: groupings as common as the plan's own. */
const HABITS: Readonly<Record<string, RegExp>> = {
  33: /^8:3,6$/,
  34: /^(?:[6-9]:3,6|9:2,5,7)$/,
  39: /^3:3(?:,5,7|,6,8)?$/,
  48: /^[4-8]:[23],5,7$/,
  49: /^1:3$/,
  351: /^(?:[29]:(?:2,5,7|3,6)|2:3,5,7)$/,
};

/** How well a number is separated as its plan says. */
export function planFit(number: National, cuts: readonly number[]): number {
  const found = shapeOf(number);
  if (!found) return 1;
  let at = 0;
  const own = found.groups.slice(0, -1).map((g) => (at += g.length));
  const shared = own.filter((c) => cuts.includes(c)).length;
  // One cut more is common (07700 900 123), and four where lengths vary (0 40 / 6 69 69 - 3 55).
  const more = cuts.length - own.length;
  if (shared === own.length) return more === 0 ? 3 : more <= (planOf(number.code)?.variable ? 4 : 1) ? 2 : 1;
  if (shared === cuts.length) return 2;
  return shared > 0 ? 1 : 0;
}
