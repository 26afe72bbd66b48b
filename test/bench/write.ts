/** Writes figures into the documents, from the command that measured them. */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { formatted } from "../../scripts/lib/format.ts";
import { at } from "../../scripts/lib/paths.ts";

export const today = (): string =>
  new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** Writes a document, formatted. */
export async function writeDocument(name: string, text: string): Promise<void> {
  writeFileSync(at(name), await formatted(name, text));
}

/** Writes a table with its day between the two marks of that name in docs/figures.md. */
export async function writeFigures(
  name: string,
  text: string,
  command = `npm run bench:${name}`,
): Promise<void> {
  const file = at("docs/figures.md");
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const before = readFileSync(file, "utf8");
  const [head, rest] = before.split(open);
  const tail = rest?.split(close)[1];
  if (head === undefined || tail === undefined) throw new Error(`${file} has no place for ${name}`);
  const cores = cpus().length;
  const said = `Measured on ${today()} by \`${command}\`, on a shared machine with ${cores} cores.`;
  await writeDocument(
    "docs/figures.md",
    `${head}${open}\n\n${said}\n\n\`\`\`\n${text}\n\`\`\`\n\n${close}${tail}`,
  );
}
