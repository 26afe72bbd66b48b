/** A table for people: the first row is the header; numbers are right-aligned. */
export function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((r) => r[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "),
    )
    .join("\n");
}

export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;
}
export const ms = (n: number): string => `${n.toFixed(n < 10 ? 1 : 0)} ms`;
export const seconds = (n: number): string => `${(n / 1000).toFixed(2)} s`;
export const ratio = (a: number, b: number): string => (a / b).toFixed(2);
