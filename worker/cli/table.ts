/** No column gets narrower than this, however narrow the terminal. */
const NARROWEST = 8;
const GAP = 2;

/**
 * A table for people: the first row is the header; numbers are right-aligned. `width` in characters: where it is too wide, the
 * widest columns are cut. By default the terminal's; a file or a pipe gets all.
 */
export function table(
  rows: string[][],
  width = process.stdout.isTTY ? process.stdout.columns : Infinity,
): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((r) => r[i]?.length ?? 0)));
  const total = () => widths.reduce((sum, w) => sum + w, GAP * (widths.length - 1));
  while (total() > width && Math.max(...widths) > NARROWEST) widths[widths.indexOf(Math.max(...widths))]!--;
  const cut = (cell: string, to: number) => (cell.length > to ? `${cell.slice(0, to - 1)}…` : cell);
  return rows
    .map((row) =>
      row
        .map((cell, i) => cut(cell, widths[i]!))
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join(" ".repeat(GAP)),
    )
    .join("\n");
}

/** The value that the share `q` of the values does not exceed. */
export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;
}
