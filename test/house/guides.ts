/** Every document of the repository that people read: the guides, and the README of each folder. */
import { globSync } from "node:fs";
import { at } from "../../scripts/lib/paths.ts";

/** Paths from the root, sorted. */
export const guides: readonly string[] = globSync(
  "{*.md,docs/*.md,store/*.md,{demo,extension,scripts,shared,test,worker}/**/README.md}",
  { cwd: at(), exclude: (path) => path.endsWith("node_modules") },
).sort();
