/**
 * The United Kingdom's numbering plan where it is narrower than libphonenumber's patterns, which have every first local
 * digit of an area that has any number, and all of 030, 033, 034 and 037; and how British people group numbers. All
 * digits are without the leading 0. Looked up on 27 and 28 November 2026; docs/sources.md lists the sources.
 */

/** First digits that are looked up here. For all others, libphonenumber's ranges are the plan's. */
const NARROWED = /^(?:[23]|55|56|72|842|873|91|98)/;

/** Corporate numbers (055) and numbers without a place (056): the blocks that Ofcom's list has as allocated. */
const ALLOCATED = [
  ...["5511(?:0[07]|10|4[3-8])", "5516(?:5[478]|64)", "5555(?:0[05]|10|37|40|5[05]|8[4689]|93)", "558880"],
  "5600(?:0[0-46]|11|2[2-4]|3[356]|49|5[067]|6[15-7]|7[35-8]|8[124])",
  "5601(?:0[13-79]|1[1-689]|2[015-79]|3[46]|5[02369]|63|71|9[039])",
  "5602(?:0[45789]|1[49]|22|8[068]|96)",
  "5603(?:0[0-35-79]|1[0-5]|24|3[4-9]|4\\d|5[1467]|6[03-9]|7[0235]|8[4-7]|94)",
  "5604(?:11|2[12]|44)",
];

const OPEN = new RegExp(
  `^(?:${[
    "20[3478]", // London
    "23[89]", // Southampton, Portsmouth
    "247", // Coventry
    "28(?:2[015789]|3[078]|4[0-4]|6[678]|7[01279]|8[0-25-79]|9[0-7])", // Northern Ireland
    "292", // Cardiff
    "30[03]|33[023]|34[345]|37[012]", // the whole country
    "308(?:162|901)", // Isle of Man, Jersey
    "91[123]|98[2-49]", // premium rate
    ...ALLOCATED,
  ].join("|")})`,
);

/**
 * Open or designated, but hardly anybody has such a number, and most texts that look so are numbers of other countries:
 * 0201 of Essen, 0306 of Berlin, 0331 of Potsdam, 0551 of Göttingen. Only the plan's own grouping tells.
 */
const IN_DOUBT = new RegExp(
  `^(?:${[
    "20[01][01]|231[01]|2410[01]|281|2910[01]", // dialled within the area only, since 2000
    "2898", // Belfast, in one source only
    "30[26]|331", // some blocks
    "55(?:11|16|55|88)|560[0-4]", // neighbours of allocated blocks, which may be given out any day
    "72", // designated for mobiles: nothing allocated
    "842|873", // no number found
  ].join("|")})`,
);

/** Whether a range is in use. */
export type Standing = "open" | "in doubt" | "closed";

/** Of a number that libphonenumber's patterns have. */
export function standingOf(nsn: string): Standing {
  if (!NARROWED.test(nsn) || OPEN.test(nsn) || isFictionalInGB(nsn)) return "open";
  return IN_DOUBT.test(nsn) ? "in doubt" : "closed";
}

/** Ofcom's numbers for drama; for Northern Ireland those of its older and of its newer list. */
const FICTIONAL =
  /^(?:1(?:1[3-8]|[2-6]1)4960|2079460|1914980|2890180|2896496|2920180|7700900|8081570|9098790|3069990|1632960)\d{3}$/;

export const isFictionalInGB = (nsn: string): boolean => FICTIONAL.test(nsn);

/** Groupings as people write them with the 0, by first digits. The plan's own are among them. */
const HABITS: readonly [first: RegExp, groupings: string][] = [
  [/^2/, "3-4-4 4-3-4 3-8 4-7 5-6 3-4-2-2"],
  [/^1(?:1|[2-69]1)/, "4-3-4 4-7 5-6 4-4-3 4-3-2-2"],
  // Areas with codes of five digits.
  [/^1(?:3873|5242|539[4-6]|697[3467]|768[347]|9467)/, "6-5 6-4 5-6 5-5 5-3-3 5-2-2-2"],
  [/^1/, "5-6 5-5 5-3-3 5-2-2-2"],
  [/^70/, "3-4-4 5-6 5-3-3 5-2-2-2 4-4-3"],
  [/^7/, "5-6 5-3-3 5-2-2-2 4-4-3"],
  [/^800/, "4-3-4 4-7 5-6 4-4-3 4-6 4-3-3"],
  [/^[389]/, "4-3-4 4-7 5-6 4-4-3"],
];

/** True for digits that are grouped as the British do. `cuts`: where `nsn` is separated. */
export function isBritishHabit(nsn: string, cuts: readonly number[]): boolean {
  const ends = [...cuts, nsn.length];
  const grouping = ends.map((end, i) => (i === 0 ? end + 1 : end - ends[i - 1]!)).join("-");
  return (
    HABITS.find(([first]) => first.test(nsn))?.[1]
      .split(" ")
      .includes(grouping) ?? false
  );
}
