/** What the benches print with: the command line's table, and units. */
import { table } from "../../worker/cli/table.ts";
export { quantile, table } from "../../worker/cli/table.ts";

/** A table below its title. */
export const titled = (title: string, rows: string[][]): string => `${title}\n\n${table(rows)}`;

export const ms = (n: number): string => `${n.toFixed(n < 10 ? 1 : 0)} ms`;
export const seconds = (n: number): string => `${(n / 1000).toFixed(2)} s`;
export const ratio = (a: number, b: number): string => (a / b).toFixed(2);
