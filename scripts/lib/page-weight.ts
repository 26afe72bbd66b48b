/** What the built extension loads into a page, in bytes, as it is and gzipped. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Scripts of every page of a site that is turned on. */
export const onEveryPage = ["main-world", "guard", "overlay"] as const;

export interface Weight {
  bytes: number;
  gzipped: number;
}

export function weightOf(directory: string, name: string): Weight {
  const file = readdirSync(directory).find((f) => f.startsWith(`${name}.`) && f.endsWith(".js"));
  if (file === undefined) throw new Error(`${directory} has no script ${name}`);
  const text = readFileSync(join(directory, file));
  return { bytes: text.length, gzipped: gzipSync(text).length };
}

export const sumOf = (weights: readonly Weight[]): Weight => ({
  bytes: weights.reduce((sum, { bytes }) => sum + bytes, 0),
  gzipped: weights.reduce((sum, { gzipped }) => sum + gzipped, 0),
});
