/** Figures go into the documents by the command that measured them. */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { at } from "../../scripts/lib/paths.ts";

export const today = (): string =>
  new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** Puts a table between a document's two marks of that name, with the day. */
export function writeFigures(name: string, text: string): void {
  const file = at("docs/figures.md");
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const before = readFileSync(file, "utf8");
  const [head, rest] = before.split(open);
  const tail = rest?.split(close)[1];
  if (head === undefined || tail === undefined) throw new Error(`${file} has no place for ${name}`);
  const cores = cpus().length;
  const said = `Measured on ${today()} by \`npm run bench:${name}\`, on a shared machine with ${cores} cores.`;
  writeFileSync(file, `${head}${open}\n\n${said}\n\n\`\`\`\n${text}\n\`\`\`\n\n${close}${tail}`);
}
