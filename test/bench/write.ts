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

/** What stands between the two marks of a name, with what is before and behind them. */
function around(document: string, name: string): [before: string, between: string, behind: string] {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [head, rest] = readFileSync(at(document), "utf8").split(open);
  const [between, tail] = rest?.split(close) ?? [];
  if (head === undefined || between === undefined || tail === undefined)
    throw new Error(`${document} has no place for ${name}`);
  return [`${head}${open}`, between, `${close}${tail}`];
}
export const between = (document: string, name: string): string => around(document, name)[1].trim();

export async function writeBetween(document: string, name: string, text: string): Promise<void> {
  const [before, , behind] = around(document, name);
  await writeDocument(document, `${before}\n\n${text}\n\n${behind}`);
}

/** Writes a table with its day between the two marks of that name in docs/figures.md. */
export async function writeFigures(
  name: string,
  text: string,
  command = `npm run bench:${name}`,
): Promise<void> {
  const said = `Measured on ${today()} by \`${command}\`, on a shared machine with ${cpus().length} cores.`;
  await writeBetween("docs/figures.md", name, `${said}\n\n\`\`\`\n${text}\n\`\`\``);
}
