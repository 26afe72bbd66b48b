/** Labels below a chart, so that none lies on its neighbour. */

/** Each in one line, or two where one is wider than `room`; what is wider still is cut. `widthOf` gives a text's width. */
export const fit = (labels: readonly string[], room: number, widthOf: (text: string) => number): string[] =>
  labels.map((label) => {
    if (widthOf(label) <= room) return label;
    const words = label.split(" ");
    // Where the wider of the two lines is narrowest.
    const [best] = words
      .slice(1)
      .map((_, i) => [words.slice(0, i + 1).join(" "), words.slice(i + 1).join(" ")])
      .sort((a, b) => Math.max(...a.map(widthOf)) - Math.max(...b.map(widthOf)));
    return (best ?? [label]).map((line) => cut(line, room, widthOf)).join("\n");
  });

function cut(line: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(line) <= room) return line;
  for (let n = line.length - 1; n > 1; n--) {
    const shorter = `${line.slice(0, n).trimEnd()}…`;
    if (widthOf(shorter) <= room) return shorter;
  }
  return `${line.slice(0, 1)}…`;
}

/** The fewest places between two labels that are not empty; as many as there are where there are fewer than two. */
export function spacing(ticks: readonly string[]): number {
  const at = ticks.flatMap((tick, i) => (tick === "" ? [] : [i]));
  const gaps = at.slice(1).map((place, i) => place - at[i]!);
  return gaps.length === 0 ? Math.max(1, ticks.length) : Math.min(...gaps);
}

/** What is in an order, such as days: at most eight are named, for lack of room, and the others are "". */
export function someOf(labels: readonly string[]): string[] {
  const every = Math.ceil(labels.length / 8);
  return labels.map((label, i) => (i % every === 0 ? label : ""));
}
