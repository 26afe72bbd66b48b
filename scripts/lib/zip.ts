import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { makeZip } from "client-zip";

/**
 * A folder as a zip whose bytes depend only on names and contents: sorted, with one date. `instead` replaces the contents
 * of files.
 */
export async function zipOf(folder: string, instead: Record<string, string> = {}): Promise<Buffer> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
  // A zip stores local times, so a date made of local parts gives the same bytes in every zone.
  const lastModified = new Date(2000, 0, 1);
  const files = names.map((name) => ({
    name,
    input: instead[name] ?? readFileSync(join(folder, name)),
    lastModified,
    mode: 0o644,
  }));
  return Buffer.from(await new Response(makeZip(files)).arrayBuffer());
}
