/**
 * Numbers that no one has: Ofcom's ranges for drama (“Telephone numbers for use in TV and radio drama programmes”). The
 * beginnings without their last three digits.
 */
const STARTS = [
  ...["113", "114", "115", "116", "117", "118", "121", "131", "141", "151", "161"].map(
    (area) => `+44${area}4960`,
  ),
  "+442079460",
  "+441914980",
  "+442920180",
  "+441632960",
  "+447700900",
];

/** `n` numbers, from the `from`th on; up to 1,000 in a row differ. */
export const madeUp = (from: number, n: number): string[] =>
  Array.from({ length: n }, (_, i) => {
    const at = from + i;
    return STARTS[at % STARTS.length]! + String((at * 7) % 1000).padStart(3, "0");
  });
