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

/** The path of a built script, whose name has a hash. */
export function scriptOf(directory: string, name: string): string {
  const file = readdirSync(directory).find((f) => f.startsWith(`${name}.`) && f.endsWith(".js"));
  if (file === undefined) throw new Error(`${directory} has no script ${name}`);
  return join(directory, file);
}

export function weightOf(directory: string, name: string): Weight {
  const text = readFileSync(scriptOf(directory, name));
  return { bytes: text.length, gzipped: gzipSync(text).length };
}

export const sumOf = (weights: readonly Weight[]): Weight => ({
  bytes: weights.reduce((sum, { bytes }) => sum + bytes, 0),
  gzipped: weights.reduce((sum, { gzipped }) => sum + gzipped, 0),
});
