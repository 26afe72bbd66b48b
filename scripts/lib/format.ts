/** Formats what scripts write, as `npm run format` would. */
import { readFileSync } from "node:fs";
import { format, type FormatConfig } from "oxfmt";
import { at } from "./paths.ts";

/** `path` is from the root. Throws if the text cannot be read as what the path says. */
export async function formatted(path: string, text: string): Promise<string> {
  const { printWidth } = JSON.parse(readFileSync(at(".oxfmtrc.json"), "utf8")) as FormatConfig;
  const { code, errors } = await format(path, text, { printWidth: printWidth! });
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  return code;
}
